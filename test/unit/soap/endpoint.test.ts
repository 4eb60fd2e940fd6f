import { normalServer, parseEndpoint } from "../../../provider/soap/endpoint";

test.each([
  ["vc.example.test", "https://vc.example.test:443", "/sdk"],
  [" vc.example.test:8989 ", "https://vc.example.test:8989", "/sdk"],
  ["https://vc.example.test", "https://vc.example.test:443", "/sdk"],
  ["https://vc.example.test:444/sdk/vimService", "https://vc.example.test:444", "/sdk/vimService"],
  ["10.0.0.1", "https://10.0.0.1:443", "/sdk"],
  ["[fd00::1]:444", "https://[fd00::1]:444", "/sdk"],
  ["fd00::1", "https://[fd00::1]:443", "/sdk"],
])("%s is %s%s", (server, origin, path) => {
  expect(parseEndpoint(server)).toMatchObject({ origin, path });
});

test.each(["", "http://vc", "ftp://vc", "https://", "a b", "https://user:secret@vc"])("%j is refused", (server) => {
  const parse = () => parseEndpoint(server);
  expect(parse).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }) as Error);
  expect(parse).not.toThrow("secret");
});

test.each([
  "vc.test",
  " VC.test ",
  "vc.test:443",
  "https://vc.test",
  "https://vc.test:443/",
  "vc.test/sdk",
  "https://vc.test./sdk/",
])("%j is one server with its other notations", (server) => {
  expect(normalServer(server)).toBe("https://vc.test:443/sdk");
});

test.each(["vc.test:444", "vc.test/other", "vc2.test", "not a server"])("%j is another one", (server) => {
  expect(normalServer(server)).not.toBe(normalServer("vc.test"));
});
