import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { check as checkInputs } from "../lifecycle/check";
import { create as createObject } from "../lifecycle/create";
import { remove } from "../lifecycle/delete";
import { diff as diffObject } from "../lifecycle/diff";
import type { PropertyDifference } from "../lifecycle/recorded/declared-differences";
import { lookAhead } from "../lifecycle/look-ahead";
import { preview } from "../lifecycle/preview";
import { topLevelName } from "../properties/property-path";
import { read as readObject } from "../lifecycle/read";
import { update as updateObject } from "../lifecycle/update";
import { decodeProperties, encodeProperties } from "../properties/wire-value";
import { holdsSecret, namesWhere } from "../vocabulary/property-meta";
import { checkFailures } from "./check-failures";
import type { Plugin } from "./plugin";
import { fromStruct, toStruct } from "./struct";

/** Validates; the inputs come back as they are, but with what is secret by declaration marked so. */
export async function check(plugin: Plugin, request: messages.CheckRequest): Promise<messages.CheckResponse> {
  const kind = plugin.kindOf(request.getUrn());
  const news = fromStruct(request.getNews());
  const { values, secretNames } = decodeProperties(news);
  const { failures } = checkInputs(kind, { inputs: values, secretInputs: secretNames });
  const declared = namesWhere(kind.inputs, holdsSecret).filter((name) => name in values && !secretNames.has(name));
  const response = new messages.CheckResponse();
  response.setInputs(toStruct({ ...news, ...encodeProperties(pick(values, declared), new Set(declared)) }));
  response.setFailuresList(checkFailures(failures));
  return response;
}

export async function diff(plugin: Plugin, request: messages.DiffRequest): Promise<messages.DiffResponse> {
  const olds = decodeProperties(fromStruct(request.getOlds()));
  const news = decodeProperties(fromStruct(request.getNews()));
  const { differences, isSameObject } = await diffObject(
    plugin.kindOf(request.getUrn()),
    {
      id: request.getId(),
      state: olds.values,
      inputs: news.values,
      secretInputs: news.secretNames,
      recordedSecretInputs: olds.secretNames,
      ignoreChanges: request.getIgnorechangesList(),
    },
    plugin.context(request.getUrn()),
  );
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  const response = new messages.DiffResponse();
  response.setChanges(differences.length === 0 ? DIFF_NONE : DIFF_SOME);
  response.setDiffsList(topLevelNames(differences));
  response.setReplacesList(topLevelNames(differences.filter((one) => one.replaces)));
  response.setDeletebeforereplace(isSameObject);
  response.setHasdetaileddiff(true);
  for (const one of differences) response.getDetaileddiffMap().set(one.property, propertyDiff(one));
  return response;
}

export async function create(plugin: Plugin, request: messages.CreateRequest): Promise<messages.CreateResponse> {
  const kind = plugin.kindOf(request.getUrn());
  const { values: inputs, secretNames: secretInputs } = decodeProperties(fromStruct(request.getProperties()));
  const context = plugin.context(request.getUrn());
  const response = new messages.CreateResponse();
  if (request.getPreview()) {
    await lookAhead(kind, { inputs, secretInputs }, context);
    const { state, secretOutputs } = await preview(kind, { inputs, secretInputs }, context.signal);
    response.setProperties(toStruct(encodeProperties(state, secretOutputs)));
    return response;
  }
  const made = await createObject(kind, { inputs, secretInputs, timeoutSeconds: request.getTimeout() }, context);
  response.setId(made.id);
  response.setProperties(toStruct(encodeProperties(made.state, made.secretOutputs)));
  return response;
}

export async function update(plugin: Plugin, request: messages.UpdateRequest): Promise<messages.UpdateResponse> {
  const kind = plugin.kindOf(request.getUrn());
  const { values: state } = decodeProperties(fromStruct(request.getOlds()));
  const { values: inputs, secretNames: secretInputs } = decodeProperties(fromStruct(request.getNews()));
  const context = plugin.context(request.getUrn());
  const wanted = {
    id: request.getId(),
    state,
    inputs,
    secretInputs,
    ignoreChanges: request.getIgnorechangesList(),
    timeoutSeconds: request.getTimeout(),
  };
  const made = request.getPreview()
    ? await preview(kind, { ...wanted, differing: context.objects.differing.get(wanted.id) }, context.signal)
    : await updateObject(kind, wanted, context);
  const response = new messages.UpdateResponse();
  response.setProperties(toStruct(encodeProperties(made.state, made.secretOutputs)));
  return response;
}

/** Refresh, `.get` and import; an import tells the id alone. An answer without id means that the object is gone. */
export async function read(plugin: Plugin, request: messages.ReadRequest): Promise<messages.ReadResponse> {
  const kind = plugin.kindOf(request.getUrn());
  const state = decodeProperties(fromStruct(request.getProperties()));
  const recorded = request.getInputs();
  const inputs = recorded === undefined ? undefined : decodeProperties(fromStruct(recorded));
  const secretInputs = new Set([...state.secretNames, ...(inputs?.secretNames ?? [])]);
  const found = await readObject(
    kind,
    {
      id: request.getId(),
      state: state.values,
      secretInputs,
      ...(inputs === undefined ? {} : { inputs: inputs.values }),
    },
    plugin.context(request.getUrn()),
  );
  const response = new messages.ReadResponse();
  if (found === undefined) return response;
  response.setId(found.id);
  response.setProperties(toStruct(encodeProperties(found.state, found.secretOutputs)));
  const secret = new Set([...secretInputs, ...namesWhere(kind.inputs, holdsSecret)]);
  response.setInputs(toStruct(encodeProperties(found.inputs, secret)));
  return response;
}

export async function deleteObject(plugin: Plugin, request: messages.DeleteRequest): Promise<Empty> {
  const state = decodeProperties(fromStruct(request.getProperties()));
  const { values: inputs } = decodeProperties(fromStruct(request.getOldInputs()));
  await remove(
    plugin.kindOf(request.getUrn()),
    {
      id: request.getId(),
      state: state.values,
      inputs,
      secretInputs: state.secretNames,
      timeoutSeconds: request.getTimeout(),
    },
    plugin.context(request.getUrn()),
  );
  return new Empty();
}

function topLevelNames(differences: readonly PropertyDifference[]): string[] {
  return [...new Set(differences.map((one) => topLevelName(one.property)))];
}

/** `inputDiff` says what the engine shall show: the old input beside the new one, or the recorded state. */
function propertyDiff({ kind, replaces, cause }: PropertyDifference): messages.PropertyDiff {
  const { Kind } = messages.PropertyDiff;
  const plain = { add: Kind.ADD, update: Kind.UPDATE, delete: Kind.DELETE };
  const replacing = { add: Kind.ADD_REPLACE, update: Kind.UPDATE_REPLACE, delete: Kind.DELETE_REPLACE };
  const diff = new messages.PropertyDiff();
  diff.setKind((replaces ? replacing : plain)[kind]);
  diff.setInputdiff(cause === "changed");
  return diff;
}

function pick(values: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, values[name]]));
}
