// The service: requests that can be called off, problems as errors, jobs with progress.

const BASE = new URL("v1/", document.baseURI);

/** What the service refused, in one sentence, with its findings. */
export class Problem extends Error {
  constructor(status, body) {
    super(sentence(status, body));
    this.status = status;
    this.findings = Array.isArray(body?.findings) ? body.findings : [];
  }
}

function sentence(status, body) {
  const text = (body?.detail || body?.title)?.replace(/^plan\.json(, from |: )/, ""); // as the service calls a plan that was sent inline
  if (text) {
    const isName = /^\S*[./_]/.test(text); // a file or an id keeps its small letter
    return (isName ? text : text.charAt(0).toUpperCase() + text.slice(1)) + (/[.!?]$/.test(text) ? "" : ".");
  }
  if (status === 413) return "This file is larger than the service takes.";
  if (status === 503) return "The service is busy; try again in a moment.";
  return `The service answered ${status || "nothing"}.`;
}

/** Address of something under /v1, or of a link the service gave. */
export function address(path) {
  return path.startsWith("/v1/") ? new URL(path.slice(4), BASE) : new URL(path, BASE);
}

async function request(path, { method = "GET", body, headers = {}, signal } = {}) {
  const isJson = body !== undefined && !(body instanceof FormData);
  let response;
  try {
    response = await fetch(address(path), {
      method,
      signal,
      headers: { Accept: "application/json", ...(isJson ? { "Content-Type": "application/json" } : {}), ...headers },
      body: isJson ? JSON.stringify(body) : body,
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0, { detail: "The service cannot be reached: is printhouse serve still running?" });
  }
  if (!response.ok) throw new Problem(response.status, await response.json().catch(() => null));
  return response;
}

export async function get(path, signal) {
  return (await request(path, { signal })).json();
}

export async function text(path, signal) {
  return (await request(path, { signal, headers: { Accept: "*/*" } })).text();
}

export async function post(path, body, signal) {
  return (await request(path, { method: "POST", body, signal })).json();
}

/** A plan for the service: a file as it is, or a plan object. */
export function planBody(source, options) {
  if (!source.file) return { plan: source.plan, options };
  const form = new FormData();
  form.append("file", source.file, source.file.name);
  form.append("options", JSON.stringify(options));
  return form;
}

/** Work that may take long: starts a job, tells its progress, gives its result. */
export async function longWork(path, body, { signal, onProgress }) {
  const first = await request(path, { method: "POST", body, signal, headers: { Prefer: "respond-async" } });
  if (first.status !== 202) return first.json();
  const place = first.headers.get("Location");
  const stop = () => fetch(address(place), { method: "DELETE" }).catch(() => {});
  signal?.addEventListener("abort", stop, { once: true });
  for (let wait = 150; ; wait = Math.min(wait * 1.3, 1000)) {
    const job = await get(place, signal);
    onProgress(job.progress ?? 0, job.message ?? "");
    if (job.state === "done") {
      signal?.removeEventListener("abort", stop);
      return get(job.result, signal);
    }
    if (job.state === "failed" || job.state === "cancelled") {
      throw new Problem(job.problem?.status ?? 500, job.problem ?? { detail: `The work was ${job.state}` });
    }
    await pause(wait, signal);
  }
}

/** Wait, unless called off. */
export function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new DOMException("called off", "AbortError"));
    });
  });
}
