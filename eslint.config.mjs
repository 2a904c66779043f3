// Rules for all JavaScript of the project (scripts/test): the page, and what tests and measurements run inside of it.
import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import jsdoc from "eslint-plugin-jsdoc";
import globals from "globals";
import tseslint from "typescript-eslint";

export default defineConfig(
  { ignores: ["node_modules/", ".venv/", "**/*.d.ts", "eslint.config.mjs"] },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  jsdoc.configs["flat/recommended-typescript-flavor-error"],
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    languageOptions: {
      globals: globals.browser,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      // About the limits of the Python code; ESLint counts ?? and ?. as branches, too.
      complexity: ["error", { max: 10, variant: "modified" }],
      "max-lines": ["error", 350],
      "max-lines-per-function": ["error", { max: 40, skipComments: true, skipBlankLines: true }],
      "max-len": ["error", { code: 140 }],
      eqeqeq: "error",
      "prefer-const": "error",

      // Event handlers in one line return what the handler returns; numbers in texts need no conversion.
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true, ignoreVoidOperator: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],

      // TypeScript checks the types; a description stands where a name does not suffice.
      "jsdoc/require-jsdoc": ["error", { publicOnly: true, require: { ClassDeclaration: true, MethodDefinition: true },
        checkConstructors: false, checkGetters: false, checkSetters: false }],
      "jsdoc/require-param-description": "off",
      "jsdoc/require-property-description": "off",
      "jsdoc/require-returns": "off",
      "jsdoc/require-returns-description": "off",
    },
  },
  {
    // Each of these files is one function expression, which playwright calls inside of the page.
    files: ["tests/support/page/*.js", "bench/page/*.js"],
    rules: { "@typescript-eslint/no-unused-expressions": "off" },
  },
);
