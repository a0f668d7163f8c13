/** Parts of the page that shows the OpenAPI document. */

export interface Schema {
  $ref?: string;
  type?: string | string[];
  description?: string;
  enum?: unknown[];
  const?: unknown;
  format?: string;
  pattern?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  items?: Schema;
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
}

interface Content {
  content?: Record<string, { schema?: Schema }>;
}

export interface ApiOperation {
  operationId: string;
  summary: string;
  description?: string;
  'x-right': string;
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema: Schema }[];
  requestBody?: Content;
  responses: Record<string, Content & { description: string }>;
}

export interface OpenApi {
  info: { version: string };
  paths: Record<string, Record<string, ApiOperation>>;
  components: { schemas: Record<string, Schema> };
}

export function OperationEntry({ path, method, operation }: { path: string; method: string; operation: ApiOperation }) {
  const body = Object.entries(operation.requestBody?.content ?? {})[0];
  return (
    <section className="operation" id={operation.operationId} aria-labelledby={`${operation.operationId}-title`}>
      <h3 id={`${operation.operationId}-title`}>
        <span className="method">{method.toUpperCase()}</span> <code>{path}</code>
      </h3>
      <p>
        {operation.summary}. Needs the right <code>{operation['x-right']}</code>.
      </p>
      {operation.description !== undefined && <p>{operation.description}</p>}
      {operation.parameters !== undefined && (
        <Fields
          title="Parameters"
          rows={operation.parameters.map(({ name, in: place, required, description, schema }) => ({
            name,
            note: place,
            required: required === true,
            schema: { ...schema, ...(description === undefined ? {} : { description }) },
          }))}
        />
      )}
      {body !== undefined && (
        <>
          <h4>
            Body, <code>{body[0]}</code>
          </h4>
          <Shape schema={body[1].schema ?? {}} />
        </>
      )}
      <h4>Answers</h4>
      <dl className="answers">
        {Object.entries(operation.responses).map(([status, answer]) => {
          const content = Object.entries(answer.content ?? {})[0];
          return (
            <div key={status}>
              <dt>{status}</dt>
              <dd>
                {answer.description}
                {content !== undefined && (
                  <>
                    {' '}
                    <code>{content[0]}</code> {content[1].schema !== undefined && <Type schema={content[1].schema} />}
                  </>
                )}
              </dd>
            </div>
          );
        })}
      </dl>
    </section>
  );
}

export function SchemaEntry({ name, schema }: { name: string; schema: Schema }) {
  return (
    <section className="operation" id={`schema-${name}`}>
      <h3>{name}</h3>
      {schema.description !== undefined && <p>{schema.description}</p>}
      <Shape schema={schema} />
    </section>
  );
}

function Shape({ schema }: { schema: Schema }) {
  if (schema.anyOf !== undefined) {
    return schema.anyOf.map((one, index) => <Shape key={index} schema={one} />);
  }
  if (schema.properties === undefined) return <Type schema={schema} />;
  const rows = Object.entries(schema.properties).map(([name, field]) => ({
    name,
    note: '',
    required: schema.required?.includes(name) === true,
    schema: field,
  }));
  return <Fields title="Fields" rows={rows} />;
}

interface Row {
  name: string;
  note: string;
  required: boolean;
  schema: Schema;
}

function Fields({ title, rows }: { title: string; rows: Row[] }) {
  return (
    <table className="fields">
      <caption>{title}</caption>
      <tbody>
        {rows.map(row => (
          <tr key={`${row.note} ${row.name}`}>
            <th scope="row">
              <code>{row.name}</code>
              {row.note !== '' && <span className="hint"> {row.note}</span>}
              {row.required && <span className="hint"> required</span>}
            </th>
            <td>
              <Type schema={row.schema} />
              {row.schema.description !== undefined && <span> {row.schema.description}</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The type of a value in a few words. */
function Type({ schema }: { schema: Schema }) {
  const reference = schema.$ref?.split('/').at(-1);
  if (reference !== undefined) return <a href={`#schema-${reference}`}>{reference}</a>;
  return <span className="type">{typeText(schema)}</span>;
}

function typeText(schema: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(value => JSON.stringify(value)).join(' | ');
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeText).join(' or ');
  if (schema.type === 'array') return `list of ${schema.items === undefined ? 'anything' : typeText(schema.items)}`;
  const bounds = [
    schema.minimum !== undefined && schema.minimum > Number.MIN_SAFE_INTEGER ? `from ${schema.minimum}` : '',
    schema.maximum !== undefined && schema.maximum < Number.MAX_SAFE_INTEGER ? `to ${schema.maximum}` : '',
    schema.default === undefined ? '' : `default ${JSON.stringify(schema.default)}`,
    schema.format ?? '',
  ].filter(text => text !== '');
  const type =
    schema.$ref?.split('/').at(-1) ??
    (Array.isArray(schema.type) ? schema.type.join(' or ') : (schema.type ?? 'anything'));
  return bounds.length === 0 ? type : `${type}, ${bounds.join(', ')}`;
}
