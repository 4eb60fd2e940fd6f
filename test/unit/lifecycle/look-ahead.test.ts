import { GuestError } from "../../../provider/errors/guest-error";
import { create } from "../../../provider/lifecycle/create";
import { lookAhead } from "../../../provider/lifecycle/look-ahead";
import { unknownValue, type PropertyMap } from "../../../provider/properties/property-value";
import type { LifecycleContext } from "../../../provider/lifecycle/scope/context";
import { MachinePark } from "./machine-park";
import { NoteBoard } from "./note-kind";

const nothing: ReadonlySet<string> = new Set();
const note = { vm: "web", name: "a", text: "hello" };

let park: MachinePark;
let board: NoteBoard;
beforeEach(() => {
  park = new MachinePark("web", "db");
  board = new NoteBoard();
});

const ahead = (inputs: PropertyMap, context: LifecycleContext = park.context()) =>
  lookAhead(board.kind, { inputs, secretInputs: nothing }, context);

test("a look needs the machine and what names the object, and nothing else that is not known yet", async () => {
  await create(board.kind, { inputs: note, secretInputs: nothing }, park.context());
  const calls = park.calls;
  for (const name of ["vm", "guest", "name"]) await ahead({ ...note, [name]: unknownValue });
  expect(park.calls).toBe(calls);
  await ahead({ ...note, text: unknownValue });
  expect(park.said).toEqual(["warn: web a: is there already"]);
});

test("without a connection there is one warning, and nothing fails", async () => {
  const connect = () => {
    throw new GuestError("INVALID_INPUT", "vsphereServer is missing");
  };
  for (const name of ["a", "b"]) await ahead({ ...note, name }, { ...park.context(), connect });
  expect(park.said).toEqual(["warn: vsphereServer is missing What this program is to make there was not looked at."]);
});

test("a server that refuses is told of once, and asked once", async () => {
  park.failsWith = "VCENTER_LOGIN_FAILED";
  for (const vm of ["web", "db"]) await ahead({ ...note, vm });
  expect(park.said).toHaveLength(1);
  expect(park.calls).toBe(1);
});

test("a missing login is told; a cancelled look ends as cancelled", async () => {
  const withoutLogin = { ...park.context(), connect: () => ({ source: park }) };
  await ahead(note, withoutLogin);
  expect(park.said.join()).toContain("There is no login for the guest");
  park.failsWith = "CANCELLED";
  await expect(ahead({ ...note, vm: "db" })).rejects.toMatchObject({ code: "CANCELLED" });
});
