import { startSimulator, type Simulator } from "../../../simulator";
import { RawClient, textAt } from "./raw-client";

describe("a simulator, over the wire", () => {
  let simulator: Simulator;
  let client: RawClient;
  beforeAll(async () => {
    simulator = await startSimulator({ sandbox: "off" });
    client = new RawClient(simulator);
  });
  afterAll(async () => {
    await client.close();
    await simulator.stop();
  });

  test("tells what it is before login", async () => {
    const answer = await client.call("RetrieveServiceContent", "ServiceInstance", "ServiceInstance");
    expect(answer.status).toBe(200);
    expect(textAt(answer.returned, "returnval", "about", "apiType")).toBe("VirtualCenter");
    expect(textAt(answer.returned, "returnval", "guestOperationsManager")).toBe("guestOperationsManager");
  });

  test("refuses operations before login", async () => {
    const answer = await client.inGuest("DeleteFileInGuest", "<filePath>/etc/hosts</filePath>");
    expect([answer.status, answer.fault]).toEqual([500, "NotAuthenticated"]);
  });

  test("lists a file of the guest after login", async () => {
    const login = await client.login();
    expect(login.fault).toBeUndefined();
    expect(client.cookie).toMatch(/^vmware_soap_session="[0-9a-f]+"$/);
    const answer = await client.inGuest("ListFilesInGuest", "<filePath>/etc/passwd</filePath>");
    expect(textAt(answer.returned, "returnval", "files", "path")).toBe("/etc/passwd");
    expect(textAt(answer.returned, "returnval", "files", "attributes", "permissions")).toBe(String(0o100644));
  });

  test("moves bytes both ways through the ESXi host's own server", async () => {
    const content = Buffer.from("hello\n");
    const put = await client.inGuest(
      "InitiateFileTransferToGuest",
      "<guestFilePath>/root/x</guestFilePath><fileAttributes></fileAttributes><fileSize>6</fileSize><overwrite>false</overwrite>",
    );
    const putUrl = textAt(put.returned, "returnval") ?? "";
    expect(await client.transfer(putUrl, "PUT", content)).toMatchObject({ status: 200 });
    expect((await client.transfer(putUrl, "PUT", content)).status).toBe(404);
    const get = await client.inGuest("InitiateFileTransferFromGuest", "<guestFilePath>/root/x</guestFilePath>");
    const url = textAt(get.returned, "returnval", "url") ?? "";
    expect(await client.transfer(url, "GET")).toEqual({ status: 200, body: content });
  });
});
