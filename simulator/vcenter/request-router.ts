import type { IncomingMessage, ServerResponse } from "node:http";
import { serveGuestFile, type FileTransferContext } from "../esxi/file-transfer";
import { serviceVersionsXml } from "./about";
import { serveSoap, type SoapEndpointContext } from "./soap-endpoint";

const soapPaths = new Set(["/sdk", "/sdk/", "/sdk/vimService"]);

/** What the vCenter's https server answers: docs/reference/protocol.md#endpoints. */
export async function routeVcenterRequest(
  request: IncomingMessage,
  response: ServerResponse,
  soap: SoapEndpointContext,
  files: FileTransferContext,
): Promise<void> {
  const path = (request.url ?? "").split("?")[0] ?? "";
  if (path === "/guestFile") return serveGuestFile(request, response, undefined, files);
  if (request.method === "POST" && soapPaths.has(path)) return serveSoap(request, response, soap);
  request.resume();
  if (request.method === "GET" && path === "/sdk/vimServiceVersions.xml")
    return plain(response, 200, "text/xml", serviceVersionsXml);
  return plain(response, soapPaths.has(path) ? 405 : 404, "text/plain", "");
}

function plain(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { "Content-Type": type, "Content-Length": Buffer.byteLength(body) });
  response.end(body);
}
