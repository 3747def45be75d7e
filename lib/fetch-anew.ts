/**
 * As fetch(), on a connection of its own. One that was kept could have been closed by an n8n that was idle, stopped or
 * killed just as it is taken for another request, which then fails although n8n is well.
 */
export async function fetchAnew(url: string, init: RequestInit = {}): Promise<Response> {
	const headers = new Headers(init.headers);
	headers.set('connection', 'close');
	return await fetch(url, { ...init, headers });
}
