import { Agent, request } from "undici";
import type { Simulator } from "../../../simulator";
import { parseXml, type XmlElement } from "../../../simulator/soap/xml-tree";

const opening =
  '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" ' +
  'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">';

/** What came back from a raw SOAP call. */
export interface RawAnswer {
  readonly status: number;
  readonly text: string;
  /** Children of the response element, or of the fault's detail element. */
  readonly returned: readonly XmlElement[];
  /** xsi:type of the fault, undefined on success. */
  readonly fault: string | undefined;
  readonly faultText: string;
}

/** Where a simulator is, and what to trust. */
type Reachable = Pick<Simulator, "url" | "certificatePem">;

/** A client that sends exactly the XML it is given: for tests of the wire itself. */
export class RawClient<S extends Reachable = Simulator> {
  cookie: string | undefined;
  readonly #agent: Agent;

  constructor(readonly simulator: S) {
    this.#agent = new Agent({ connect: { ca: simulator.certificatePem } });
  }

  async post(body: string | Buffer, path = "/sdk"): Promise<{ status: number; text: string }> {
    const response = await request(`${this.simulator.url}${path}`, {
      method: "POST",
      dispatcher: this.#agent,
      headers: {
        "Content-Type": 'text/xml; charset="utf-8"',
        SOAPAction: "urn:vim25/7.0",
        ...(this.cookie === undefined ? {} : { Cookie: this.cookie }),
      },
      body,
    });
    const set = response.headers["set-cookie"];
    if (typeof set === "string") this.cookie = set.split(";")[0];
    return { status: response.statusCode, text: await response.body.text() };
  }

  /** Calls a method: `inner` is the XML after `_this`. */
  async call(method: string, type: string, moid: string, inner = "", header = ""): Promise<RawAnswer> {
    const body =
      `${opening}${header}<soapenv:Body><${method} xmlns="urn:vim25"><_this type="${type}">${moid}</_this>${inner}` +
      `</${method}></soapenv:Body></soapenv:Envelope>`;
    const { status, text } = await this.post(body);
    return readAnswer(status, text);
  }

  async login(user = "administrator@vsphere.local", password = "simulated"): Promise<RawAnswer> {
    const inner = `<userName>${user}</userName><password>${password}</password>`;
    return this.call("Login", "SessionManager", "SessionManager", inner);
  }

  /** A guest operation of the file or process manager, as root of the first machine. */
  async inGuest(method: string, inner: string, vm = "vm-1", password = "simulated"): Promise<RawAnswer> {
    const process = /Program|Process|Environment/.test(method);
    const [type, moid] = process
      ? ["GuestProcessManager", "guestOperationsProcessManager"]
      : ["GuestFileManager", "guestOperationsFileManager"];
    return this.call(method, type, moid, `<vm type="VirtualMachine">${vm}</vm>${auth(password)}${inner}`);
  }

  /** One property by `Fetch`. */
  async property(type: string, moid: string, name: string): Promise<RawAnswer> {
    return this.call("Fetch", type, moid, `<prop>${name}</prop>`);
  }

  /** Properties of one object by RetrievePropertiesEx. */
  async retrieve(type: string, moid: string, paths: readonly string[]): Promise<RawAnswer> {
    const pathSet = paths.map((path) => `<pathSet>${path.replaceAll('"', "&quot;")}</pathSet>`).join("");
    return this.call(
      "RetrievePropertiesEx",
      "PropertyCollector",
      "propertyCollector",
      `<specSet><propSet><type>${type}</type>${pathSet}</propSet><objectSet><obj type="${type}">${moid}</obj></objectSet></specSet><options/>`,
    );
  }

  async transfer(url: string, method: "GET" | "PUT", body?: Buffer): Promise<{ status: number; body: Buffer }> {
    const response = await request(url, { method, dispatcher: this.#agent, ...(body === undefined ? {} : { body }) });
    return { status: response.statusCode, body: Buffer.from(await response.body.arrayBuffer()) };
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}

export function auth(password = "simulated", user = "root"): string {
  return (
    '<auth xsi:type="NamePasswordAuthentication"><interactiveSession>false</interactiveSession>' +
    `<username>${user}</username><password>${password}</password></auth>`
  );
}

function readAnswer(status: number, text: string): RawAnswer {
  const body = text.startsWith("<?xml") ? parseXml(text).children[0] : undefined;
  const inner = body?.children[0];
  if (inner?.name !== "Fault")
    return { status, text, returned: inner?.children ?? [], fault: undefined, faultText: "" };
  const detail = inner.children.find(({ name }) => name === "detail")?.children[0];
  return {
    status,
    text,
    returned: detail?.children ?? [],
    fault: detail?.attributes["xsi:type"]?.value,
    faultText: inner.children.find(({ name }) => name === "faultstring")?.text ?? "",
  };
}

/** Text of the element at a path of names below these elements. */
export function textAt(elements: readonly XmlElement[], ...names: string[]): string | undefined {
  const [first, ...rest] = names;
  const found = elements.find(({ name }) => name === first);
  return rest.length === 0 ? found?.text : textAt(found?.children ?? [], ...rest);
}
