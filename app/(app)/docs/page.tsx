import type { Metadata } from 'next';
import { OperationEntry, SchemaEntry, type OpenApi } from '../../../components/api-reference.tsx';
import { openApiText } from '#lib/http/openapi.ts';
import { openPage } from '#lib/server/page.ts';

export const metadata: Metadata = { title: 'API' };

/** The reference of the HTTP API, from the document that programs read. */
export default async function DocsPage() {
  const services = await openPage('/docs', '/docs');
  const api = JSON.parse(openApiText(services.version)) as OpenApi;
  const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  return (
    <>
      <div className="page-head">
        <h1>API</h1>
        <p className="count">version {api.info.version}</p>
        <a className="button" href="/api/openapi.json">
          openapi.json
        </a>
      </div>
      <div className="docs">
        <p>
          JSON over HTTP, OpenAPI 3.1. Where access needs a login, send <code>Authorization: Bearer</code> with the
          admin token. Errors are RFC 9457 problem details with a <code>code</code>.
        </p>
        <nav aria-label="Calls">
          <ul>
            {operations.map(({ path, method, operation }) => (
              <li key={operation.operationId}>
                <a href={`#${operation.operationId}`}>
                  <span className="method">{method.toUpperCase()}</span> <code>{path}</code>
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <h2>Calls</h2>
        {operations.map(entry => (
          <OperationEntry key={entry.operation.operationId} {...entry} />
        ))}
        <h2>Shapes</h2>
        {Object.entries(api.components.schemas).map(([name, schema]) => (
          <SchemaEntry key={name} name={name} schema={schema} />
        ))}
      </div>
    </>
  );
}
