import { fetchAnew } from '../../lib/fetch-anew';

/**
 * The methods that n8n lets through to a webhook; none while it is not registered. Asked as a browser asks
 * before a cross-origin call, which runs nothing.
 */
export async function webhookMethods(url: string): Promise<string[]> {
	const response = await fetchAnew(url, { method: 'OPTIONS', headers: { origin: 'http://127.0.0.1' } });
	await response.arrayBuffer();
	const allowed = response.headers.get('access-control-allow-methods') ?? '';
	return allowed.split(', ').filter((method) => method !== '' && method !== 'OPTIONS');
}
