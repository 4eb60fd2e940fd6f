import { startSimulator, type Simulator, type SimulatorOptions } from "../../../simulator";
import { RawClient, textAt } from "./raw-client";
import { until } from "../../until";

const clients: RawClient[] = [];
const simulators: Simulator[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await Promise.all(simulators.splice(0).map((simulator) => simulator.stop()));
});

async function start(options: SimulatorOptions = {}): Promise<RawClient> {
  const simulator = await startSimulator({ vms: 1, hosts: 1, sandbox: "off", ...options });
  simulators.push(simulator);
  return another(simulator);
}

function another(simulator: Simulator): RawClient {
  const client = new RawClient(simulator);
  clients.push(client);
  return client;
}

const currentSession = async (client: RawClient): Promise<string | undefined> =>
  textAt(
    (await client.property("SessionManager", "SessionManager", "currentSession")).returned,
    "returnval",
    "userName",
  );

test("login opens a session, logout ends it", async () => {
  const client = await start();
  expect(await currentSession(client)).toBeUndefined();
  const answer = await client.login();
  expect(textAt(answer.returned, "returnval", "userName")).toBe("administrator@vsphere.local");
  expect([await currentSession(client), client.simulator.sessions]).toEqual(["administrator@vsphere.local", 1]);
  await client.call("Logout", "SessionManager", "SessionManager");
  expect([await currentSession(client), client.simulator.sessions]).toEqual([undefined, 0]);
});

test("a wrong password, a wrong user, and a second login in the same session are refused", async () => {
  const client = await start();
  expect((await client.login("administrator@vsphere.local", "wrong")).fault).toBe("InvalidLogin");
  expect((await client.login("nobody", "simulated")).fault).toBe("InvalidLogin");
  expect((await client.login()).fault).toBeUndefined();
  expect((await client.login()).fault).toBe("InvalidLogin");
});

test("the cookie is taken with and without its quotes", async () => {
  const client = await start();
  await client.login();
  const bare = another(client.simulator);
  bare.cookie = client.cookie?.replaceAll('"', "");
  expect(await currentSession(bare)).toBe("administrator@vsphere.local");
});

test("an idle session expires, and its views with it", async () => {
  const client = await start({ sessionIdleSeconds: 0.2 });
  await client.login();
  const view = await client.call(
    "CreateContainerView",
    "ViewManager",
    "ViewManager",
    '<container type="Folder">group-d1</container><type>VirtualMachine</type><recursive>true</recursive>',
  );
  const moid = textAt(view.returned, "returnval") ?? "";
  await until(() => client.simulator.sessions === 0);
  expect((await client.call("DestroyView", "ContainerView", moid)).fault).toBe("NotAuthenticated");
  const watcher = another(client.simulator);
  await watcher.login();
  expect((await watcher.call("DestroyView", "ContainerView", moid)).fault).toBe("ManagedObjectNotFound");
});

test("expired by command: calls are refused, properties are missing", async () => {
  const client = await start();
  await client.login();
  client.simulator.expireSessions();
  expect((await client.inGuest("DeleteFileInGuest", "<filePath>/x</filePath>")).fault).toBe("NotAuthenticated");
  const read = await client.property("VirtualMachine", "vm-1", "name");
  expect(read.fault).toBe("NotAuthenticated");
  const retrieved = await client.retrieve("VirtualMachine", "vm-1", ["name"]);
  expect(textAt(retrieved.returned, "returnval", "objects", "missingSet", "path")).toBe("name");
});

test("LoginByToken takes a configured token from a WS-Security header", async () => {
  const user = "administrator@vsphere.local";
  const client = await start({ tokens: [{ token: "_saml-1", user }] });
  const header = (id: string): string =>
    '<soapenv:Header><wsse:Security xmlns:wsse="urn:wsse"><saml2:Assertion xmlns:saml2="urn:saml" ' +
    `ID="${id}"><saml2:Issuer>sts</saml2:Issuer></saml2:Assertion></wsse:Security></soapenv:Header>`;
  const login = (id: string): ReturnType<RawClient["call"]> =>
    client.call("LoginByToken", "SessionManager", "SessionManager", "", header(id));
  expect((await login("_other")).fault).toBe("InvalidLogin");
  expect(textAt((await login("_saml-1")).returned, "returnval", "userName")).toBe(user);
});

test("a session can be cloned once by its ticket", async () => {
  const client = await start();
  await client.login();
  const ticket = textAt(
    (await client.call("AcquireCloneTicket", "SessionManager", "SessionManager")).returned,
    "returnval",
  );
  const other = another(client.simulator);
  const clone = (): ReturnType<RawClient["call"]> =>
    other.call("CloneSession", "SessionManager", "SessionManager", `<cloneTicket>${ticket}</cloneTicket>`);
  expect((await clone()).fault).toBeUndefined();
  expect(client.simulator.sessions).toBe(2);
  other.cookie = undefined;
  expect((await clone()).fault).toBe("InvalidLogin");
});

test("privileges are checked per user and named in the fault", async () => {
  const execute = "VirtualMachine.GuestOperations.Execute";
  const client = await start({ users: [{ user: "reader", password: "r", privileges: [execute] }] });
  await client.login("reader", "r");
  const refused = await client.inGuest("ListFilesInGuest", "<filePath>/</filePath>");
  expect(refused.fault).toBe("NoPermission");
  expect(textAt(refused.returned, "privilegeId")).toBe("VirtualMachine.GuestOperations.Query");
  client.simulator.setPrivileges("reader", [execute, "VirtualMachine.GuestOperations.Query"]);
  expect((await client.inGuest("ListFilesInGuest", "<filePath>/</filePath>")).fault).toBeUndefined();
  const session = textAt(
    (await client.property("SessionManager", "SessionManager", "currentSession")).returned,
    "returnval",
    "key",
  );
  const privileges = await client.call(
    "HasPrivilegeOnEntities",
    "AuthorizationManager",
    "AuthorizationManager",
    `<entity type="VirtualMachine">vm-1</entity><sessionId>${session}</sessionId><privId>${execute}</privId><privId>Other</privId>`,
  );
  const availability = privileges.returned[0]?.children.slice(1).map((one) => textAt(one.children, "isGranted"));
  expect(availability).toEqual(["true", "false"]);
});
