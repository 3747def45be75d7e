import { z } from 'zod';

import { boot, deliver, type N8n, openSink, type Sink } from '../../../host';
import { withDatabase } from '../../../host/database';
import { callScalerCall, qCallCall } from '../../../host/simulators';
import { callScalerScene, qCallScene, type Scene } from './support/scene';

/** What a person can act on, and nothing else: no stack, no path. */
const rejection = z
	.object({
		success: z.literal(false),
		status: z.literal('rejected'),
		message: z.string().regex(/credential of this trigger|This trigger has no usable credential/),
		request_id: z.string().uuid(),
	})
	.strict();

/** What became of the credential after the workflow went live. */
type Mishap = (n8n: N8n, scene: Scene) => Promise<void>;

const becomes =
	(data: (scene: Scene) => Record<string, string>): Mishap =>
	async (n8n, scene) =>
		await n8n.credentials.update(scene.credential, data(scene));

const isStoredAs =
	(data: string): Mishap =>
	async (n8n, { credential }) =>
		withDatabase(n8n, (database) => {
			database.prepare('UPDATE credentials_entity SET data = ? WHERE id = ?').run(data, credential.id);
		});

const MISHAPS: Array<[string, Mishap]> = [
	['has no secret', becomes(({ header }) => ({ headerName: header, secret: '', previousSecret: '' }))],
	['has a secret of blanks', becomes(({ header }) => ({ headerName: header, secret: '  ', previousSecret: ' ' }))],
	['has no header name', becomes(({ secret }) => ({ headerName: '', secret, previousSecret: '' }))],
	['was deleted', async (n8n, { credential }) => await n8n.credentials.remove(credential)],
	['n8n cannot decrypt', isStoredAs('U2FsdGVkX1+Jm1lKq0E2qX4x0o0n8zqTzjzqQmYQ8mU=')],
	['was damaged', isStoredAs('not what n8n encrypts')],
];

/** An alert is an execution, but none that somebody came in with. */
const WITHOUT_ALERTS = { options: { alerts: [] } };

describe('a credential that', () => {
	let n8n: N8n;
	let sink: Sink;

	beforeAll(async () => {
		[n8n, sink] = await Promise.all([boot(), openSink()]);
	});
	afterAll(async () => {
		await Promise.all([n8n.stop(), sink.close()]);
	});

	async function expectNobodyIn({ url, headers, header, workflow }: Scene, json: object): Promise<void> {
		const presented = [headers, {}, { [header]: '' }, { [header]: ' ' }, { [header]: 'Bearer ' }];
		for (const sent of presented) {
			const answer = await deliver(url, { json, headers: sent });
			expect(answer.status).toBe(401);
			rejection.parse(answer.json);
		}
		expect(await n8n.executions.list(workflow.id)).toEqual([]);
	}

	test.each(MISHAPS)('%s lets nobody in, and the answer says why', async (_, mishap) => {
		const callScaler = await callScalerScene(n8n, sink, WITHOUT_ALERTS);
		await mishap(n8n, callScaler);
		await expectNobodyIn(callScaler, callScalerCall());

		const qCall = await qCallScene(n8n, sink, WITHOUT_ALERTS);
		await mishap(n8n, qCall);
		await expectNobodyIn(qCall, qCallCall());
	});

	/** As while n8n ends or its database has no connection left, but for as long as it is looked at. */
	async function withoutCredentials(look: () => Promise<void>): Promise<void> {
		const rename = (from: string, to: string) =>
			withDatabase(n8n, (it) => it.exec(`ALTER TABLE ${from} RENAME TO ${to}`));
		rename('credentials_entity', 'out_of_reach');
		try {
			await look();
		} finally {
			rename('out_of_reach', 'credentials_entity');
		}
	}

	it('n8n cannot read from its database lets nobody in for now, and the call may be sent again', async () => {
		const { url, headers, workflow } = await callScalerScene(n8n, sink);
		const call = callScalerCall();
		await withoutCredentials(async () => {
			for (const sent of [headers, {}]) {
				const { status, json } = await deliver(url, { json: call, headers: sent });
				expect({ status, json }).toMatchObject({ status: 503, json: { success: false, status: 'failed' } });
				expect(JSON.stringify(json)).toMatch(/Send the call again/);
				expect(JSON.stringify(json)).not.toMatch(/SQLITE|table/);
			}
		});
		expect(await n8n.executions.list(workflow.id)).toEqual([]);
		expect(await deliver(url, { json: call, headers })).toMatchObject({ status: 200, json: { status: 'accepted' } });
	});
});
