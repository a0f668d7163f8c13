/** The way of an upload to the server. XMLHttpRequest, since fetch does not tell how much of a body is sent. */
import { connection } from '../connection/connection.ts';
import type { Transport, UploadAnswer } from './upload-queue.ts';

export const sendOverHttp: Transport = ({ kind, file, allowDuplicate }, { sent, answered }) => {
  const form = new FormData();
  if (allowDuplicate) form.append('allow_duplicate', 'true');
  // Behind the fields, as the server reads them while the file arrives. The server knows better than the system's idea of it.
  form.append('audio_file', new Blob([file]), file.name);

  const request = new XMLHttpRequest();
  let aborted = false;
  const answer = (one: UploadAnswer) => {
    if (!aborted) answered(one);
  };
  const failed = () => {
    // A file that was moved away looks like a lost network: one byte of it tells.
    file
      .slice(0, 1)
      .arrayBuffer()
      .then(
        () => {
          void connection.doubt();
          answer({ status: 0 });
        },
        () => answer({ status: 0, unreadable: true }),
      );
  };
  request.upload.onprogress = ({ loaded, total }) => {
    // `total` counts the form around the file, too.
    if (!aborted && total > 0) sent((loaded / total) * file.size);
  };
  request.onload = () => {
    const seconds = Number(request.getResponseHeader('retry-after') ?? Number.NaN);
    answer({
      status: request.status,
      body: parse(request.responseText),
      retryAfter: Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined,
    });
  };
  request.onerror = failed;
  request.ontimeout = failed;
  request.onabort = failed;
  request.open('POST', `/api/sounds/${kind}`);
  request.setRequestHeader('accept', 'application/json');
  request.send(form);
  return () => {
    aborted = true;
    request.abort();
  };
};

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
