import { type Answer, boot, deliver, type Delivery, type N8n, openSink, type Sink } from '../../../host';
import { callScalerCall, qCallCall } from '../../../host/simulators';
import { leaksOf } from './support/leaks';
import { callScalerScene, newSecret, qCallScene, type Scene } from './support/scene';

/** What a user can turn on that makes the trigger say more. */
const TALKATIVE = { includeDelivery: true, emitIgnored: true };

describe('the secret', () => {
	let n8n: N8n;
	let sink: Sink;
	const answers: Answer[] = [];
	const secrets: string[] = [];

	beforeAll(async () => {
		[n8n, sink] = await Promise.all([boot({ env: { N8N_LOG_LEVEL: 'debug' } }), openSink()]);
	});
	afterAll(async () => {
		await Promise.all([n8n.stop(), sink.close()]);
	});

	/** Every verdict once, by the secret, as `Bearer`, by the previous one, and by one that is nearly right. */
	async function everyVerdict({ url, credential, secret, header }: Scene, call: object): Promise<void> {
		const previousSecret = newSecret();
		await n8n.credentials.update(credential, { headerName: header, secret, previousSecret });
		secrets.push(secret, previousSecret);
		const send = async (value: string, delivery: Delivery) => {
			answers.push(await deliver(url, { headers: { [header]: value }, ...delivery }));
		};
		await send(secret, { json: call });
		await send(`Bearer ${secret}`, { json: call });
		await send(previousSecret, { json: { ...call, call_id: 'another', recording_url: 'https://example.com/another' } });
		await send(secret, { json: { ...call, duration_seconds: 1, call_duration: 1 } });
		await send(secret, { json: { ...call, duration_seconds: 'long', call_duration: 'long' } });
		await send(secret, { json: [1, 2, 3] });
		await send(secret, { body: '{"broken', contentType: 'application/json' });
		await send(`${secret}x`, { json: call });
		await send(secret.slice(0, -1), { json: call });
		await send('', { json: call });
		sink.failWith(500);
		await send(secret, { json: { ...call, call_id: 'failing', recording_url: 'https://example.com/failing' } });
		sink.answerNormally();
	}

	test('is in no item, no answer, no line of the log, no file and no stored execution', async () => {
		for (const respond of ['onReceived', 'lastNode']) {
			for (const output of ['fields', 'raw']) {
				const parameters = { respond, output, options: TALKATIVE, filters: { minDuration: 30 } };
				const callScaler = await callScalerScene(n8n, sink, parameters);
				await everyVerdict(callScaler, callScalerCall());
				const qCall = await qCallScene(n8n, sink, parameters);
				await everyVerdict(qCall, qCallCall());
				await n8n.executions.settled(callScaler.workflow.id);
				await n8n.executions.settled(qCall.workflow.id);
			}
		}
		const statuses = new Set(answers.map(({ status }) => status));
		expect([...statuses].sort()).toEqual([200, 400, 401, 422, 500]);
		expect(n8n.log()).toContain('401 rejected');

		const shown = JSON.stringify([sink.items(), answers, n8n.log()]);
		expect(secrets.filter((secret) => shown.includes(secret))).toEqual([]);
		expect(leaksOf(n8n, secrets)).toEqual([]);
		await n8n.stopAndKeep();
		expect(leaksOf(n8n, secrets)).toEqual([]);
		// The search finds what is there.
		expect(leaksOf(n8n, ['https://example.com/failing'])).toEqual(
			expect.arrayContaining(['.n8n/database.sqlite', 'execution_data.data']),
		);
	});
});
