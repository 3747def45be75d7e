import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

import {
	callScalerCredential,
	type N8n,
	qCallCredential,
	type StoredCredential,
	type StoredWorkflow,
	type WorkflowNode,
} from '../../host';
import { ROOT } from '../../lib/paths';

const FOLDER = join(ROOT, 'examples');

export const SECRET = 'correct-horse-battery-staple';

const connection = z.object({ node: z.string(), type: z.literal('main'), index: z.number() }).strict();

/** A workflow file as n8n exports it. It holds no credentials, and no webhook ids: n8n gives each import URLs of its own. */
const example = z
	.object({
		name: z.string(),
		nodes: z.array(
			z
				.object({
					id: z.string().uuid(),
					name: z.string(),
					type: z.string(),
					typeVersion: z.number(),
					position: z.tuple([z.number(), z.number()]),
					parameters: z.record(z.unknown()),
					disabled: z.boolean().optional(),
					onError: z.string().optional(),
					retryOnFail: z.boolean().optional(),
					maxTries: z.number().optional(),
					waitBetweenTries: z.number().optional(),
				})
				.strict(),
		),
		connections: z.record(z.object({ main: z.array(z.array(connection)) }).strict()),
		pinData: z.record(z.array(z.object({ json: z.record(z.unknown()) }).strict())),
		settings: z.record(z.unknown()),
	})
	.strict();
export type Example = z.infer<typeof example>;

export function exampleFiles(): string[] {
	return readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
}

export function readExample(file: string): Example {
	return example.parse(JSON.parse(readFileSync(join(FOLDER, file), 'utf8')));
}

export interface UsersCredential {
	name: string;
	type: string;
	data: Record<string, unknown>;
}

const stored = z.object({ id: z.string(), name: z.string(), type: z.string() });

/** The credentials that a user would choose, by the type of node. */
const CREDENTIALS: Record<string, UsersCredential> = {
	'n8n-nodes-post-call.qCallTrigger': qCallCredential(SECRET),
	'n8n-nodes-post-call.callScalerTrigger': callScalerCredential(SECRET),
	'n8n-nodes-base.googleSheets': {
		name: 'Google Sheets',
		type: 'googleSheetsOAuth2Api',
		data: {
			clientId: 'google-client',
			clientSecret: 'google-client-secret',
			// What n8n keeps once the user has signed in with Google.
			oauthTokenData: { access_token: 'google-token', refresh_token: 'google-refresh', token_type: 'Bearer' },
		},
	},
	'n8n-nodes-base.slack': { name: 'Slack', type: 'slackApi', data: { accessToken: 'slack-token' } },
	'n8n-nodes-base.hubspot': { name: 'HubSpot', type: 'hubspotAppToken', data: { appToken: 'hubspot-token' } },
	'n8n-nodes-base.twilio': {
		name: 'Twilio',
		type: 'twilioApi',
		data: { authType: 'authToken', accountSid: 'AC1', authToken: 'twilio-token' },
	},
	'n8n-nodes-base.googleDrive': {
		name: 'Google Drive',
		type: 'googleDriveOAuth2Api',
		data: {
			clientId: 'google-client',
			clientSecret: 'google-client-secret',
			oauthTokenData: { access_token: 'google-token', refresh_token: 'google-refresh', token_type: 'Bearer' },
		},
	},
	'n8n-nodes-base.httpRequest': {
		name: 'API key',
		type: 'httpHeaderAuth',
		data: { name: 'Authorization', value: 'Bearer api-key' },
	},
};

/** Imports an example as it is, its pinned call too, chooses credentials where a node needs one, and publishes it. */
export class Imports {
	private readonly credentials = new Map<string, StoredCredential>();

	constructor(
		private readonly n8n: N8n,
		/** More credentials, for servers of one test; also by the type that an HTTP Request node names. */
		private readonly more: Record<string, UsersCredential>,
	) {}

	async publish(file: string, change: (node: WorkflowNode) => WorkflowNode = (node) => node): Promise<StoredWorkflow> {
		const imported = readExample(file);
		const chosen: WorkflowNode[] = [];
		for (const node of imported.nodes) chosen.push(await this.withCredential(change(node)));
		const workflow = await this.n8n.workflows.create({ ...imported, nodes: chosen });
		return await this.n8n.workflows.activate(workflow.id);
	}

	private async withCredential(node: WorkflowNode): Promise<WorkflowNode> {
		const { nodeCredentialType = node.type } = node.parameters;
		const wanted = { ...CREDENTIALS, ...this.more }[String(nodeCredentialType)];
		if (!wanted) return node;
		const known =
			this.credentials.get(wanted.type) ?? stored.parse(await this.n8n.request('POST', '/rest/credentials', wanted));
		this.credentials.set(wanted.type, known);
		return { ...node, credentials: { [known.type]: { id: known.id, name: known.name } } };
	}
}
