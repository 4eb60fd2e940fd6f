/** The same resources through the native plugin: import, exact diffs, explicit providers. */
export * from "./generated/native";
