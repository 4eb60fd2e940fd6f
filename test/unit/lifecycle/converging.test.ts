import { PartialFailure, type Converged } from "../../../provider/lifecycle/converge";
import { create } from "../../../provider/lifecycle/create";
import { remove } from "../../../provider/lifecycle/delete";
import { diff, type DiffResponse } from "../../../provider/lifecycle/diff";
import { preview } from "../../../provider/lifecycle/preview";
import { unknownValue, type PropertyMap } from "../../../provider/properties/property-value";
import { read } from "../../../provider/lifecycle/read";
import { update } from "../../../provider/lifecycle/update";
import { MachinePark } from "./machine-park";
import { NoteBoard } from "./note-kind";

let park: MachinePark;
let board: NoteBoard;
const nothing: ReadonlySet<string> = new Set();

beforeEach(() => {
  park = new MachinePark("web", "db");
  board = new NoteBoard();
});

function make(inputs: PropertyMap, secretInputs = nothing): Promise<Converged> {
  return create(board.kind, { inputs, secretInputs }, park.context());
}

function compare(made: Converged, inputs: PropertyMap, more: object = {}): Promise<DiffResponse> {
  const request = {
    id: made.id,
    state: made.state as PropertyMap,
    inputs,
    secretInputs: nothing,
    recordedSecretInputs: nothing,
  };
  return diff(board.kind, { ...request, ...more }, park.context());
}

function told({ differences }: DiffResponse): string[] {
  return differences.map(
    (one) => `${one.property} ${one.kind}${one.replaces ? "-replace" : ""} ${one.cause}: ${one.reason}`,
  );
}

/** What no note declares; a state says so. */
const unset = { guest: null, lines: null, mode: null, pin: null, size: null, timeoutSeconds: null };
const note = { vm: "web", name: "a", text: "hello", labels: { x: "1" } };
const noteKey = "00000000-0000-4000-8000-000000000001:a";
const noteRegistration = "vm-1@park.test:443/11111111-0000-4000-8000-000000000000";

describe("create", () => {
  test("gives an id and a state with the inputs as declared, without defaults", async () => {
    const made = await make(note);
    expect(made.id).toBe(noteKey);
    const [instanceUuid] = noteKey.split(":");
    expect(made.state).toEqual({
      ...unset,
      ...note,
      instanceUuid,
      registration: noteRegistration,
      length: 5,
      revision: 1,
    });
  });

  test("takes the resource's own login before the provider's", async () => {
    await make(note);
    await make({ ...note, name: "b", guest: { username: "eve", password: "x" } });
    expect(park.credentials).toEqual(["root", "eve"]);
  });

  test("marks outputs secret when their sources are, and what is declared secret always", async () => {
    const made = await make({ ...note, pin: "1" }, new Set(["text"]));
    expect([...made.secretOutputs].sort()).toEqual(["guest", "length", "pin", "text"]);
    expect([...(board.lastOperation?.secretInputs ?? [])]).toEqual(["text"]);
  });

  test("has the time that customTimeouts, else the resource, else the default gives", async () => {
    const secondsLeft = () => Math.round(((board.lastOperation?.deadlineMs ?? 0) - Date.now()) / 1000);
    await make(note);
    expect(secondsLeft()).toBe(300);
    await make({ ...note, timeoutSeconds: 20 });
    expect(secondsLeft()).toBe(20);
    await create(
      board.kind,
      { inputs: { ...note, timeoutSeconds: 20 }, secretInputs: nothing, timeoutSeconds: 7 },
      park.context(),
    );
    expect(secondsLeft()).toBe(7);
  });

  test("that leaves something unfinished says what is there", async () => {
    board.breaksAfterWriting = true;
    const failure: unknown = await make(note).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PartialFailure);
    expect((failure as PartialFailure).message).toBe("the pen broke");
    expect((failure as PartialFailure).converged).toMatchObject({ id: noteKey, state: { text: "hello", revision: 1 } });
  });

  test("fails for a machine that is not there, and for one without login", async () => {
    await expect(make({ ...note, vm: "nowhere" })).rejects.toMatchObject({ code: "VM_NOT_FOUND" });
    const context = { ...park.context(), connect: () => ({ source: park }) };
    const request = { inputs: note, secretInputs: nothing };
    await expect(create(board.kind, request, context)).rejects.toThrow(/VSPHERE_GUEST_USER/);
  });
});

describe("diff", () => {
  test("is none after create, and says nothing", async () => {
    expect(told(await compare(await make(note), note))).toEqual([]);
    expect(park.said).toEqual([]);
  });

  test("tells what the program changed, deep in a property", async () => {
    const made = await make(note);
    expect(told(await compare(made, { vm: "web", name: "a", labels: { x: "2", y: "3" } }))).toEqual([
      'labels.x update changed: labels.x was "1", is now "2"',
      'labels.y add changed: labels.y is now "3"',
      "text delete changed: text is no longer declared",
    ]);
    expect(park.said).toEqual([]);
  });

  test("tells what drifted in the guest, and says it in a line", async () => {
    const made = await make(note);
    board.notes.set(noteKey, { text: "tampered", labels: { x: "1" } });
    expect(told(await compare(made, note))).toEqual([
      'text update drifted: text is "tampered" in the guest, "hello" is declared',
    ]);
    expect(park.said).toEqual(['info: web a: text is "tampered" in the guest, "hello" is declared']);
  });

  test("never looks at what is not declared", async () => {
    const declared = { vm: "web", name: "a" };
    const made = await make(declared);
    board.notes.set(noteKey, { text: "tampered", mode: "bold", size: 99 });
    expect(told(await compare(made, declared))).toEqual([]);
  });

  test("does not show secrets", async () => {
    const made = await make({ ...note, pin: "1234" });
    board.notes.set(noteKey, { text: "tampered", pin: "9999", labels: { x: "1" } });
    const secrets = new Set(["text"]);
    const answer = await compare(
      made,
      { ...note, pin: "5555" },
      { secretInputs: secrets, recordedSecretInputs: secrets },
    );
    expect(told(answer)).toEqual([
      "pin update changed: pin has changed",
      "text update drifted: text differs in the guest",
    ]);
    expect(park.said.join()).not.toMatch(/tampered|hello|9999|5555|1234/);
  });

  test("finds an object that has gone, at the property that names it", async () => {
    const made = await make(note);
    board.notes.clear();
    expect(told(await compare(made, note))).toEqual(["name update drifted: the note is gone"]);
  });

  test("replaces when an identifying property changes", async () => {
    const made = await make(note);
    expect(told(await compare(made, { ...note, name: "b" }))).toEqual([
      'name update-replace changed: name was "a", is now "b"',
    ]);
  });

  test("of the login or the time limit there is none", async () => {
    const made = await make({ ...note, guest: { username: "a", password: "old" }, timeoutSeconds: 5 });
    expect(told(await compare(made, { ...note, guest: { username: "a", password: "new" } }))).toEqual([]);
  });

  test("another name for the same machine is none, another machine replaces", async () => {
    const made = await make(note);
    expect(told(await compare(made, { ...note, vm: "vm-1" }))).toEqual([]);
    expect(told(await compare(made, { ...note, vm: { name: "db" } }))).toEqual([
      expect.stringMatching(/^vm update-replace changed: vm is now db/),
    ]);
  });

  test("a machine made anew under the old name replaces; one that is gone does too", async () => {
    const made = await make(note);
    const [web] = park.machines;
    if (web !== undefined) park.remove(web);
    expect(told(await compare(made, note))).toEqual(["vm update-replace drifted: the virtual machine is gone"]);
    park.add("db2");
    park.add("web");
    expect(told(await compare(made, note))).toEqual([
      expect.stringMatching(/^vm update-replace drifted: vm is now web/),
    ]);
  });

  test("a machine that is not known yet is not looked for", async () => {
    const made = await make(note);
    const calls = park.calls;
    expect(told(await compare(made, { ...note, vm: unknownValue }))).toEqual([
      "vm update-replace changed: vm is not known yet",
    ]);
    expect(park.calls).toBe(calls);
  });

  test("an unknown value may change; the rest is still looked at", async () => {
    const made = await make(note);
    board.notes.set(noteKey, { text: "tampered", labels: { x: "9" } });
    expect(told(await compare(made, { ...note, text: unknownValue }))).toEqual([
      "text update changed: text is not known yet",
      'labels.x update drifted: labels.x is "9" in the guest, "1" is declared',
    ]);
  });

  test("a machine that is off, or a server out of reach, is a warning, and the record stands", async () => {
    const made = await make(note);
    board.notes.clear();
    const [web] = park.machines;
    if (web !== undefined) web.powered = false;
    expect(told(await compare(made, note))).toEqual([]);
    expect(park.said).toEqual([
      'warn: web a: VM "web" (vm-1) is not ready: it is powered off. Power it on. Drift is not known, the record stands.',
    ]);
    park.failsWith = "VCENTER_UNREACHABLE";
    expect(told(await compare(made, { ...note, text: "new" }))).toEqual([
      'text update changed: text was "hello", is now "new"',
    ]);
    park.failsWith = "VCENTER_LOGIN_FAILED";
    await expect(compare(made, note)).rejects.toMatchObject({ code: "VCENTER_LOGIN_FAILED" });
  });

  test("ignoreChanges holds for drift as well", async () => {
    const made = await make(note);
    board.notes.set(noteKey, { text: "tampered", labels: { x: "9" } });
    expect(told(await compare(made, note, { ignoreChanges: ["text", "labels"] }))).toEqual([]);
    expect(park.said).toEqual([]);
  });

  test("a value that has become a secret is recorded anew", async () => {
    const made = await make(note);
    expect(told(await compare(made, note, { secretInputs: new Set(["text"]) }))).toEqual([
      "text update changed: text is a secret now",
    ]);
  });

  test("state of another version is read as far as it goes", async () => {
    const made = await make(note);
    const old = { ...made.state, revision: "three", forgotten: { a: 1 } } as PropertyMap;
    expect(told(await compare({ ...made, state: old }, note))).toEqual([]);
    const { length: _length, ...without } = made.state;
    expect(told(await compare({ ...made, state: without }, note)).length).toBeGreaterThan(0);
  });
});

describe("update", () => {
  test("keeps the identity and leads to no difference", async () => {
    const made = await make(note);
    const changed = { ...note, text: "new" };
    const request = { id: made.id, state: made.state as PropertyMap, inputs: changed, secretInputs: nothing };
    const updated = await update(board.kind, request, park.context());
    expect(updated).toMatchObject({ id: made.id, state: { text: "new", revision: 2 } });
    expect(told(await compare(updated, changed))).toEqual([]);
  });

  test("does not touch another machine than the one it was made on", async () => {
    const made = await make(note);
    const request = {
      id: made.id,
      state: made.state as PropertyMap,
      inputs: { ...note, vm: "db" },
      secretInputs: nothing,
    };
    await expect(update(board.kind, request, park.context())).rejects.toThrow(/another machine/);
    expect([...board.notes.keys()]).toEqual([noteKey]);
  });
});

describe("read", () => {
  const readBack = (id: string, state: PropertyMap) =>
    read(board.kind, { id, state, secretInputs: nothing }, park.context());

  test("changes nothing where nothing has changed", async () => {
    const made = await make(note);
    const { revision: _revision, ...expected } = made.state;
    expect(await readBack(made.id, made.state as PropertyMap)).toMatchObject({
      id: made.id,
      state: expected,
      inputs: note,
    });
  });

  test("tells the truth about declared properties only", async () => {
    const made = await make(note);
    board.notes.set(noteKey, { text: "tampered", mode: "bold", labels: { x: "1" } });
    const found = await readBack(made.id, made.state as PropertyMap);
    expect(found?.inputs).toEqual({ ...note, text: "tampered" });
    expect(found?.state).toMatchObject({ mode: null });
  });

  test("finds the object by the id alone", async () => {
    const made = await make(note);
    expect(await readBack(made.id, {})).toMatchObject({ id: made.id, inputs: { vm: "web", name: "a" } });
  });

  test("is empty when object or machine is gone", async () => {
    const made = await make(note);
    board.notes.clear();
    expect(await readBack(made.id, made.state as PropertyMap)).toBeUndefined();
    park.machines.length = 0;
    expect(await readBack(made.id, made.state as PropertyMap)).toBeUndefined();
  });

  test("keeps the record of a machine that is off, and can't import from it", async () => {
    const made = await make(note);
    for (const machine of park.machines) machine.powered = false;
    expect(await readBack(made.id, made.state as PropertyMap)).toMatchObject({
      id: made.id,
      state: made.state,
      inputs: note,
    });
    await expect(readBack(made.id, {})).rejects.toMatchObject({ code: "VM_NOT_READY" });
  });
});

describe("delete", () => {
  const take = (made: Converged) =>
    remove(board.kind, { id: made.id, state: made.state as PropertyMap, secretInputs: nothing }, park.context());

  test("takes the object away, on the machine where it was made, whatever that is called now", async () => {
    const made = await make(note);
    const [web] = park.machines;
    if (web !== undefined) Object.assign(web, { name: "renamed" });
    await take(made);
    expect(board.notes.size).toBe(0);
  });

  test("is a success where the machine is gone", async () => {
    const made = await make(note);
    park.machines.length = 0;
    await take(made);
    expect(park.said.join()).toMatch(/gone/);
  });
});

test("a preview tells the declared inputs and leaves outputs unknown", async () => {
  const request = { inputs: { ...note, text: unknownValue }, secretInputs: new Set(["text"]) };
  const answer = await preview(board.kind, request, new AbortController().signal);
  expect(answer.state).toEqual({
    ...unset,
    ...note,
    text: unknownValue,
    instanceUuid: unknownValue,
    registration: unknownValue,
    length: unknownValue,
    revision: unknownValue,
  });
  expect([...answer.secretOutputs].sort()).toEqual(["guest", "length", "pin", "text"]);
  expect(park.calls).toBe(0);
});

test("cancelling ends the operation", async () => {
  const controller = new AbortController();
  controller.abort();
  await create(board.kind, { inputs: note, secretInputs: nothing }, park.context(controller.signal));
  expect(board.lastOperation?.signal.aborted).toBe(true);
});
