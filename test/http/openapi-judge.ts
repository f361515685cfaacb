import assert from 'node:assert/strict';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

type MediaType = { schema?: object };
type ResponseObject = { content?: Record<string, MediaType>; headers?: Record<string, { schema: object }> };
type Operation = { responses: Record<string, ResponseObject> };
type Document = { paths: Record<string, Record<string, Operation>>; components?: object };

export type Exchange = Readonly<{
  method: string;
  /** As it was asked for, without the query. */
  path: string;
  status: number;
  contentType: string | undefined;
  /** By names in lower case. */
  headers?: Readonly<Record<string, unknown>>;
  body: string;
}>;

/** Edge answers that any path may give, whether or not it exists: they are not the routes' own. */
const OF_THE_EDGE = new Set([
  'request.not-found',
  'request.misdirected',
  'request.method-not-allowed',
  'request.headers-too-large',
  'request.timeout',
]);

/** Holds answers against the OpenAPI document that the same server serves. */
export class OpenapiJudge {
  readonly #document: Document;
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false, validateSchema: false });
  readonly #compiled = new WeakMap<object, ValidateFunction>();

  constructor(document: object) {
    this.#document = document as Document;
  }

  /** Fails the test where the document says anything else than the server did. */
  judge({ method, path, status, contentType, headers = {}, body }: Exchange): void {
    const what = `${method} ${path} answered ${status} ${contentType ?? 'without a body'}: ${body.slice(0, 500)}`;
    const operation = this.#operationFor(method === 'HEAD' ? 'get' : method.toLowerCase(), path);
    // What is said of a wrong method has no body when HEAD asks.
    if (operation === undefined || (method === 'HEAD' && status === 405) || isOfTheEdge(contentType, body)) return;
    const response = operation.responses[String(status)];
    assert.ok(response, `The document does not know this status. ${what}`);
    for (const [name, { schema }] of Object.entries(response.headers ?? {})) {
      const value = headers[name.toLowerCase()];
      const isAsStated = value === undefined || this.#compile(schema)(String(value));
      assert.ok(isAsStated, `The document states another form of ${name}: ${value}. ${what}`);
    }
    if (method === 'HEAD' || response.content === undefined) {
      assert.equal(body, '', `The document promises no body. ${what}`);
      return;
    }
    const mediaType = contentType?.split(';', 1)[0] ?? '';
    const { schema } = response.content[mediaType] ?? {};
    assert.ok(schema, `The document does not know this media type. ${what}`);
    const validate = this.#compile(schema);
    const value: unknown = /[/+]json$/.test(mediaType) ? JSON.parse(body) : body;
    assert.ok(validate(value), `The document says otherwise: ${this.#ajv.errorsText(validate.errors)}. ${what}`);
  }

  #operationFor(method: string, path: string): Operation | undefined {
    const plain = path.replace(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '');
    const segments = plain.split('/');
    const matches = Object.keys(this.#document.paths).filter((template) => {
      const parts = template.split('/');
      return (
        parts.length === segments.length && parts.every((part, at) => part.startsWith('{') || part === segments[at])
      );
    });
    // As the specification says: a path without parameters before one with.
    const match = matches.find((template) => !template.includes('{')) ?? matches[0];
    return match === undefined ? undefined : this.#document.paths[match]?.[method];
  }

  #compile(schema: object): ValidateFunction {
    const known = this.#compiled.get(schema);
    if (known !== undefined) return known;
    // References in the schema lead to the components of the document.
    const validate = this.#ajv.compile({ ...schema, components: this.#document.components });
    this.#compiled.set(schema, validate);
    return validate;
  }
}

const isOfTheEdge = (contentType: string | undefined, body: string): boolean =>
  contentType?.startsWith('application/problem+json') === true &&
  body !== '' &&
  OF_THE_EDGE.has((JSON.parse(body) as { code: string }).code);
