// @ts-check
/** The page /api: shows the contents of /openapi.json. */

import { fetchJson } from "./connection/fetch-json.js";

/**
 * The part of JSON Schema that the server uses.
 * @typedef {object} Schema
 * @property {string} [$ref]
 * @property {Schema[]} [anyOf]
 * @property {unknown[]} [enum]
 * @property {string} [type]
 * @property {string} [format]
 * @property {Schema} [items]
 * @property {Schema} [additionalProperties]
 * @property {string} [description]
 * @property {Record<string, Schema>} [properties]
 */

/** @typedef {Record<string, {schema?: Schema}>} Content by media type */

/**
 * @typedef {object} Operation
 * @property {string} [description]
 * @property {{content: Content}} [requestBody]
 * @property {{name: string, schema?: Schema}[]} [parameters]
 * @property {Record<string, {description: string, content?: Content}>} responses by status
 */

/**
 * @typedef {object} OpenApi
 * @property {Record<string, Record<string, Operation>>} paths
 * @property {{schemas?: Record<string, Schema>}} [components]
 */

/**
 * @param {string} tag
 * @param {string} className
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
function createElement(tag, className, ...children) {
  const element = document.createElement(tag);
  element.className = className;
  element.append(...children);
  return element;
}

/**
 * Return the name of a type, for people.
 * @param {Schema | undefined} schema
 * @returns {string}
 */
export function typeName(schema) {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").pop() ?? "";
  if (schema.anyOf) return schema.anyOf.map(typeName).join(" or ");
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(", ");
  return plainTypeName(schema);
}

/**
 * @param {Schema} schema without $ref, anyOf and enum
 * @returns {string}
 */
function plainTypeName({ type, format, items, additionalProperties }) {
  if (type === "array") return `list of ${typeName(items)}`;
  if (type === "object" && additionalProperties) return `text → ${typeName(additionalProperties)}`;
  return format === "binary" ? "bytes" : (type ?? "anything");
}

/**
 * Return the type of a body: its JSON type if it has one, otherwise its media type.
 * @param {Content | undefined} content
 * @returns {string}
 */
function bodyType(content) {
  const [mediaType, media] = Object.entries(content ?? {})[0] ?? [];
  return mediaType === "application/json" || media?.schema ? typeName(media?.schema) : (mediaType ?? "");
}

/**
 * @param {string} method
 * @param {string} path
 * @param {Operation} operation
 * @returns {HTMLElement}
 */
function describeOperation(method, path, { description, requestBody, parameters = [], responses }) {
  const success = responses["200"];
  const errors = Object.keys(responses).filter((status) => status !== "200");
  const facts = [
    requestBody ? `takes ${bodyType(requestBody.content)}` : "",
    ...parameters.map(({ name, schema }) => `${name}: ${typeName(schema)}`),
    success ? `answers ${bodyType(success.content) || success.description}` : "",
    errors.length ? `or ${errors.join(", ")}` : "",
  ];
  return createElement("section", "operation",
    createElement("h2", "", createElement("span", `method ${method}`, method.toUpperCase()), createElement("code", "", path)),
    createElement("p", "", description ?? ""),
    createElement("p", "facts", facts.filter((fact) => fact !== "").join(" · ")));
}

/**
 * @param {string} name
 * @param {Schema} schema
 * @returns {HTMLElement}
 */
function describeType(name, schema) {
  const rows = Object.entries(schema.properties ?? {}).map(([field, type]) =>
    createElement("tr", "",
      createElement("td", "", createElement("code", "", field)),
      createElement("td", "", typeName(type)),
      createElement("td", "", type.description ?? "")));
  return createElement("section", "type",
    createElement("h2", "", name),
    createElement("p", "", schema.description ?? ""),
    createElement("table", "", ...rows));
}

async function showApi() {
  const { paths, components } = /** @type {OpenApi} */ (await fetchJson("openapi.json"));
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => describeOperation(method, path, operation)));
  const types = Object.entries(components?.schemas ?? {}).map(([name, schema]) => describeType(name, schema));
  document.getElementById("operations")?.replaceChildren(...operations, createElement("h1", "", "Types"), ...types);
}

showApi().catch((/** @type {unknown} */ error) => {
  document.getElementById("summary")?.append(` It cannot be shown: ${String(error)}.`);
});
