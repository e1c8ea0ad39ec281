// The few requests that the questions need, with and without a client certificate.
import { request } from 'node:https';

/** `files`: the authority, and the certificate and key of an administrator. */
export function apiServer(base, files) {
  const send = (method, path, { body, type, named = true, from = base }) =>
    new Promise((done, fail) => {
      const options = {
        method,
        ca: files.ca,
        rejectUnauthorized: from === base,
        ...(named ? { cert: files.certificate, key: files.key } : {}),
        headers: body === undefined ? {} : { 'content-type': type },
      };
      const call = request(new URL(path, from), options, (response) => {
        let text = '';
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => done({ status: response.statusCode, text }));
      });
      call.on('error', fail);
      call.end(body);
    });
  return {
    get: (path) => send('GET', path, {}),
    anonymous: (path) => send('GET', path, { named: false }),
    /** Server-side apply, strict about fields that the server does not know. */
    apply: (object, path, query = '') =>
      send('PATCH', `${path}?fieldManager=boot&force=true&fieldValidation=Strict${query}`, {
        body: JSON.stringify(object),
        type: 'application/apply-patch+yaml',
      }),
    post: (path, object) => send('POST', path, { body: JSON.stringify(object), type: 'application/json' }),
    delete: (path) => send('DELETE', path, {}),
    at: (from) => ({ anonymous: (path) => send('GET', path, { named: false, from }) }),
  };
}
