import js from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist/", ".cache/", "node_modules/", "examples/", "sdk/python/", "sdk/go/", "coverage/"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/only-throw-error": "error",
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true, argsIgnorePattern: "^_" }],
      eqeqeq: "error",
      "no-console": "error",
      "@typescript-eslint/naming-convention": [
        "error",
        { selector: "variable", format: ["camelCase", "PascalCase"], leadingUnderscore: "allow" },
        { selector: "variable", modifiers: ["destructured"], format: null },
      ],
      // A private field does not show where an object is printed, and some hold passwords.
      "no-restricted-syntax": [
        "error",
        {
          selector: ":not(MethodDefinition[kind='constructor'])[accessibility='private']",
          message: "Private members are #private.",
        },
      ],
      "max-lines": ["error", { max: 260, skipBlankLines: true, skipComments: true }],
    },
  },
  // Nobody reads or writes them by hand: they grow with what is declared.
  { files: ["sdk/nodejs/generated/**/*.ts"], rules: { "max-lines": "off" } },
  {
    files: ["test/**/*.ts"],
    rules: { "max-lines": ["error", { max: 400 }], "@typescript-eslint/no-unsafe-assignment": "off" },
  },
  {
    files: ["provider/**/*.ts"],
    ignores: ["provider/operation/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          name: "node:timers/promises",
          message: "It ends with a bare AbortError: wait with provider/operation/abort.ts.",
        },
      ],
    },
  },
  {
    files: ["provider/**/*.ts"],
    ignores: ["provider/operation/all-done.ts"],
    rules: {
      "no-restricted-properties": [
        "error",
        {
          object: "Promise",
          property: "all",
          message: "Where one fails, the others go on unseen: allDone of provider/operation waits for them.",
        },
      ],
    },
  },
  { files: ["cli/**/*.ts", "scripts/**/*.ts"], rules: { "no-console": "off" } },
  {
    files: ["**/*.{js,mjs,cjs}"],
    languageOptions: {
      globals: {
        require: "readonly",
        module: "writable",
        exports: "writable",
        process: "readonly",
        console: "readonly",
        __dirname: "readonly",
        setTimeout: "readonly",
        clearTimeout: "readonly",
        URL: "readonly",
      },
    },
  },
);
