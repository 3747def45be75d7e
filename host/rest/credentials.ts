import { z } from 'zod';

import type { RestClient } from './rest-client';

export interface CredentialToCreate {
	name: string;
	type: string;
	data: Record<string, string>;
}

/** How a node refers to a stored credential. */
export interface StoredCredential {
	id: string;
	name: string;
	type: string;
}

const shown = z.object({ data: z.record(z.string()) });

const created = z.object({ id: z.string(), name: z.string(), type: z.string() });

export class Credentials {
	constructor(private readonly rest: RestClient) {}

	async create(credential: CredentialToCreate): Promise<StoredCredential> {
		return created.parse(await this.rest.request('POST', '/rest/credentials', credential));
	}

	/** Its data as the editor gets and saves it: something else stands for each secret. */
	async asShown(stored: StoredCredential): Promise<Record<string, string>> {
		return shown.parse(await this.rest.request('GET', `/rest/credentials/${stored.id}?includeData=true`)).data;
	}

	async update(stored: StoredCredential, data: Record<string, string>): Promise<void> {
		await this.rest.request('PATCH', `/rest/credentials/${stored.id}`, {
			name: stored.name,
			type: stored.type,
			data,
		});
	}

	async remove(stored: StoredCredential): Promise<void> {
		await this.rest.request('DELETE', `/rest/credentials/${stored.id}`);
	}
}

export function qCallCredential(secret: string, more: Record<string, string> = {}): CredentialToCreate {
	return {
		name: 'QCall',
		type: 'qCallWebhookApi',
		data: { headerName: 'Authorization', secret, previousSecret: '', ...more },
	};
}

export function callScalerCredential(secret: string, more: Record<string, string> = {}): CredentialToCreate {
	return {
		name: 'CallScaler',
		type: 'callScalerWebhookApi',
		data: { headerName: 'X-Webhook-Secret', secret, previousSecret: '', ...more },
	};
}

/** What CallScaler's Calls API is asked with. */
export function callScalerApiCredential(apiKey: string, baseUrl: string): CredentialToCreate {
	return { name: 'CallScaler API', type: 'callScalerApi', data: { apiKey, baseUrl } };
}

/** What QCall's API is asked with. */
export function qCallApiCredential(apiKey: string, baseUrl: string): CredentialToCreate {
	return { name: 'QCall API', type: 'qCallApi', data: { apiKey, baseUrl } };
}
