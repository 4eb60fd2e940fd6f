import { status } from "@grpc/grpc-js";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { checkProviderConfig, missingConfigKeys, providerConfigSchema, waysToGive } from "../config/provider-config";
import { normalServer } from "../soap/endpoint";
import { withoutInternal, type PropertyMap } from "../properties/property-value";
import { differencesBetween } from "../properties/value-differences";
import { decodeProperties } from "../properties/wire-value";
import { metaOf, propertiesOf } from "../vocabulary/property-meta";
import { checkFailures } from "./check-failures";
import type { Plugin } from "./plugin";
import { RpcRefusal } from "./rpc-status";
import { fromStruct, toStruct } from "./struct";

/** Names that the engine adds to a provider's inputs. */
const engineInputs = new Set(["version", "pluginDownloadURL", "pluginChecksums"]);

/** Validates the provider's inputs. Returns them as they came: what the environment gives must never get into state. */
export async function checkConfig(_plugin: Plugin, request: messages.CheckRequest): Promise<messages.CheckResponse> {
  const news = fromStruct(request.getNews());
  const response = new messages.CheckResponse();
  response.setInputs(toStruct(news));
  response.setFailuresList(checkFailures(checkProviderConfig(ownConfig(decodeProperties(news).values))));
  return response;
}

/**
 * Never replaces: the same server has many names, and a resource's own diff tells another machine by its UUID. Another
 * notation of the server is no difference.
 */
export async function diffConfig(_plugin: Plugin, request: messages.DiffRequest): Promise<messages.DiffResponse> {
  // Since 3.198 old inputs come in a field of their own; when a stack moves over, they are another package's.
  const olds = ownConfig(decodeProperties(fromStruct(request.getOldInputs() ?? request.getOlds())).values);
  const news = ownConfig(decodeProperties(fromStruct(request.getNews())).values);
  const names = differencesBetween(withNormalServer(olds), withNormalServer(news)).map((one) => String(one.path[0]));
  const response = new messages.DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  response.setChanges(names.length === 0 ? DIFF_NONE : DIFF_SOME);
  response.setDiffsList([...new Set(names)]);
  return response;
}

/** Keeps the configuration. Missing keys are told as the engine shows them best; nobody is called. */
export async function configure(
  plugin: Plugin,
  request: messages.ConfigureRequest,
): Promise<messages.ConfigureResponse> {
  const config = ownConfig(decodeProperties(fromStruct(request.getArgs())).values);
  const missing = missingConfigKeys((name) => config[name]);
  if (missing.length > 0) throw missingKeys(missing);
  plugin.configure(config);
  const response = new messages.ConfigureResponse();
  response.setAcceptsecrets(true);
  response.setSupportspreview(true);
  response.setAcceptresources(false);
  response.setAcceptoutputs(false);
  return response;
}

function ownConfig(values: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(withoutInternal(values)).filter(([name]) => !engineInputs.has(name)));
}

function withNormalServer(config: PropertyMap): PropertyMap {
  const { vsphereServer } = config;
  return typeof vsphereServer === "string" ? { ...config, vsphereServer: normalServer(vsphereServer) } : config;
}

function missingKeys(names: readonly string[]): RpcRefusal {
  const detail = new messages.ConfigureErrorMissingKeys();
  detail.setMissingkeysList(
    names.map((name) => {
      const key = new messages.ConfigureErrorMissingKeys.MissingKey();
      const schema = propertiesOf(providerConfigSchema)[name];
      key.setName(name);
      key.setDescription(
        `${schema === undefined ? "" : (metaOf(schema).description ?? "")} Give it by ${waysToGive(name)}.`,
      );
      return key;
    }),
  );
  return new RpcRefusal(status.INVALID_ARGUMENT, `configuration is missing: ${names.join(", ")}`, {
    type: "pulumirpc.ConfigureErrorMissingKeys",
    bytes: detail.serializeBinary(),
  });
}
