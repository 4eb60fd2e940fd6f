import { Agent, request } from "undici";
import { parseXml, type XmlElement } from "../../simulator/soap/xml-tree";

/** A parameter: its element's name and its content, in the order of the API's definition. */
export type Parameter = readonly [name: string, value: ParameterValue];
export type ParameterValue =
  | string
  | number
  | boolean
  | { readonly type: string; readonly fields: readonly Parameter[] }
  | { readonly reference: string; readonly id: string };

/** What a call answered: the `returnval` elements, or the fault. */
export interface Answer {
  readonly returned: readonly XmlElement[];
  readonly fault?: { readonly name: string; readonly text: string };
}

/** A plain vSphere client, apart from the provider's own: it sends what it is told and repeats nothing. */
export class SoapClient {
  #cookie: string | undefined;
  readonly #agent: Agent;
  readonly #url: string;

  constructor(url: string, certificatePem: string) {
    this.#url = url;
    this.#agent = new Agent({ connect: { ca: certificatePem }, headersTimeout: 60_000 });
  }

  async login(user: string, password: string): Promise<void> {
    const { fault } = await this.call("SessionManager", "SessionManager", "Login", [
      ["userName", user],
      ["password", password],
    ]);
    if (fault !== undefined) throw new Error(`login failed: ${fault.text}`);
  }

  async call(type: string, id: string, method: string, parameters: readonly Parameter[]): Promise<Answer> {
    const response = await request(`${this.#url}/sdk`, {
      method: "POST",
      dispatcher: this.#agent,
      headers: {
        "Content-Type": 'text/xml; charset="utf-8"',
        SOAPAction: "urn:vim25/7.0",
        ...(this.#cookie !== undefined && { Cookie: this.#cookie }),
      },
      body: envelope(type, id, method, parameters),
    });
    const cookie = response.headers["set-cookie"];
    if (typeof cookie === "string") this.#cookie = cookie.split(";")[0];
    return readAnswer(parseXml(await response.body.text()));
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}

function envelope(type: string, id: string, method: string, parameters: readonly Parameter[]): string {
  return (
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" ' +
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>' +
    `<${method} xmlns="urn:vim25"><_this type="${type}">${id}</_this>${parameters.map(element).join("")}</${method}>` +
    "</soapenv:Body></soapenv:Envelope>"
  );
}

function element([name, value]: Parameter): string {
  if (typeof value !== "object") return `<${name}>${escape(String(value))}</${name}>`;
  if ("reference" in value) return `<${name} type="${value.reference}">${escape(value.id)}</${name}>`;
  return `<${name} xsi:type="${value.type}">${value.fields.map(element).join("")}</${name}>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function readAnswer(root: XmlElement): Answer {
  const response = root.children.find(({ name }) => name === "Body")?.children[0];
  if (response?.name !== "Fault") return { returned: response?.children ?? [] };
  const detail = response.children.find(({ name }) => name === "detail")?.children[0];
  const text = response.children.find(({ name }) => name === "faultstring")?.text ?? "";
  return { returned: [], fault: { name: detail?.name.replace(/Fault$/, "") ?? "unknown", text } };
}

/** Text of a child element. */
export function childText(parent: XmlElement, name: string): string | undefined {
  return parent.children.find((child) => child.name === name)?.text;
}
