import { callScalerCredential, type N8n, qCallCredential } from '../../../../host';
import { callScalerCall, qCallCall } from '../../../../host/simulators';
import { oneN8n } from '../support/one-n8n';
import { type ProviderName, SECRET, TriggerUnderTest } from '../support/trigger-under-test';

const CALL: Record<ProviderName, () => Record<string, unknown>> = { qCall: qCallCall, callScaler: callScalerCall };
const CREDENTIAL = { qCall: qCallCredential, callScaler: callScalerCredential };
const HEADER: Record<ProviderName, string> = { qCall: 'Authorization', callScaler: 'X-Webhook-Secret' };
const PROVIDERS: ProviderName[] = ['qCall', 'callScaler'];

describe.each(PROVIDERS)('Who is let in by the %s trigger', (provider) => {
	let n8n: N8n;
	const call = CALL[provider];
	const header = HEADER[provider];

	async function verdictFor(trigger: TriggerUnderTest, headers: Record<string, string | string[]>): Promise<string> {
		return (await trigger.send({ json: call(), headers })).verdict;
	}

	beforeAll(async () => {
		n8n = await oneN8n();
	});

	describe('with a credential', () => {
		let trigger: TriggerUnderTest;
		beforeAll(async () => {
			const credential = await n8n.credentials.create(
				CREDENTIAL[provider](SECRET, { previousSecret: 'the-secret-of-last-year-987' }),
			);
			trigger = await TriggerUnderTest.deploy(n8n, provider, { credential });
		});

		test.each([
			['the secret', SECRET],
			['Bearer and the secret', `Bearer ${SECRET}`],
			['bearer in lower case', `bearer ${SECRET}`],
			['BEARER in upper case, and two blanks', `BEARER  ${SECRET}`],
			['the previous secret', 'the-secret-of-last-year-987'],
			['Bearer and the previous secret', 'Bearer the-secret-of-last-year-987'],
		])('%s: accepted', async (_, value) => {
			expect(await verdictFor(trigger, { [header]: value })).toBe('200 accepted');
		});

		test('the header in other case: accepted', async () => {
			expect(await verdictFor(trigger, { [header.toLowerCase()]: SECRET })).toBe('200 accepted');
			expect(await verdictFor(trigger, { [header.toUpperCase()]: SECRET })).toBe('200 accepted');
		});

		test.each([
			['no header', {}],
			['an empty header', { [header]: '' }],
			['a wrong secret', { [header]: 'something-else-entirely-0123456789ab' }],
			['a shortened secret', { [header]: SECRET.slice(0, -1) }],
			['a lengthened secret', { [header]: `${SECRET}0` }],
			['the secret in other case', { [header]: SECRET.toUpperCase() }],
			['only Bearer', { [header]: 'Bearer' }],
			['another scheme', { [header]: `Basic ${SECRET}` }],
			['Bearer twice', { [header]: `Bearer Bearer ${SECRET}` }],
			['Bearer without a blank', { [header]: `Bearer${SECRET}` }],
			['Bearer and a blank', { [header]: 'Bearer ' }],
			['Bearer and a shortened secret', { [header]: `Bearer ${SECRET.slice(0, -1)}` }],
			['both secrets in one header', { [header]: `${SECRET}the-secret-of-last-year-987` }],
			['the secret under another header', { 'X-Other': SECRET }],
		])('%s: 401', async (_, headers) => {
			expect(await verdictFor(trigger, headers)).toBe('401 rejected');
		});

		test('the secret in the query string or the body: 401', async () => {
			const verdicts = [
				await trigger.send({ json: call(), query: { [header]: SECRET }, headers: {} }),
				await trigger.send({ json: { ...call(), [header]: SECRET, secret: SECRET }, headers: {} }),
			];
			expect(verdicts.map(({ verdict }) => verdict)).toEqual(['401 rejected', '401 rejected']);
		});

		test('what is refused starts nothing', async () => {
			const before = await trigger.executionCount();
			await verdictFor(trigger, {});
			expect(await trigger.executionCount()).toBe(before);
		});

		test('the refusal says which header it looked for', async () => {
			const { message } = await trigger.send({ json: call(), headers: {} });
			expect(message).toContain(header);
		});
	});

	test('a header name of the user’s own choice', async () => {
		const credential = await n8n.credentials.create(CREDENTIAL[provider](SECRET, { headerName: 'X-My-Own_Header' }));
		const trigger = await TriggerUnderTest.deploy(n8n, provider, { credential });
		expect(await verdictFor(trigger, { 'x-my-own_header': SECRET })).toBe('200 accepted');
		expect(await verdictFor(trigger, { [header]: SECRET })).toBe('401 rejected');
	});

	// n8n itself refuses to save a field that was left empty; these two it saves.
	test.each([
		['blank', '   '],
		['an expression that comes out empty', '={{ "" }}'],
	])('a secret that is %s lets nobody in', async (_, secret) => {
		const credential = await n8n.credentials.create(CREDENTIAL[provider](secret));
		const parameters = { options: { alerts: [] } };
		const trigger = await TriggerUnderTest.deploy(n8n, provider, { credential, parameters });
		for (const value of ['', 'Bearer ', 'Bearer', 'undefined', 'null', secret]) {
			expect({ value, verdict: await verdictFor(trigger, { [header]: value }) }).toEqual({
				value,
				verdict: '401 rejected',
			});
		}
		expect(await verdictFor(trigger, {})).toBe('401 rejected');
		expect(await trigger.executionCount()).toBe(0);
	});

	test.each([
		['={{ { key: "value" } }}', '[object Object]'],
		['={{ ["x"] }}', 'x'],
		['={{ true }}', 'true'],
	])('a secret that is no text, %s, lets nobody in who guesses how it is written', async (secret, guess) => {
		for (const field of ['secret', 'previousSecret']) {
			const credential = await n8n.credentials.create(CREDENTIAL[provider](SECRET, { [field]: secret }));
			const trigger = await TriggerUnderTest.deploy(n8n, provider, { credential });
			expect(await verdictFor(trigger, { [header]: guess })).toBe('401 rejected');
			expect(await verdictFor(trigger, { [header]: `Bearer ${guess}` })).toBe('401 rejected');
		}
	});

	test('an empty previous secret lets nobody in', async () => {
		const credential = await n8n.credentials.create(CREDENTIAL[provider](SECRET, { previousSecret: '' }));
		const trigger = await TriggerUnderTest.deploy(n8n, provider, { credential });
		expect(await verdictFor(trigger, { [header]: '' })).toBe('401 rejected');
		expect(await verdictFor(trigger, { [header]: 'Bearer ' })).toBe('401 rejected');
	});

	test('a changed secret counts from the next delivery on, without publishing again', async () => {
		const wanted = CREDENTIAL[provider](SECRET);
		const credential = await n8n.credentials.create(wanted);
		const trigger = await TriggerUnderTest.deploy(n8n, provider, { credential });
		expect(await verdictFor(trigger, { [header]: SECRET })).toBe('200 accepted');
		await n8n.credentials.update(credential, { ...wanted.data, secret: 'the-next-secret-5555555555' });
		expect(await verdictFor(trigger, { [header]: SECRET })).toBe('401 rejected');
		expect(await verdictFor(trigger, { [header]: 'the-next-secret-5555555555' })).toBe('200 accepted');
	});

	test('the secret is changed without a copy of the old one, and nobody is shut out meanwhile', async () => {
		const next = 'the-next-secret-5555555555';
		const credential = await n8n.credentials.create(CREDENTIAL[provider](SECRET));
		const trigger = await TriggerUnderTest.deploy(n8n, provider, { credential });
		const shown = await n8n.credentials.asShown(credential);
		expect(Object.values(shown)).not.toContain(SECRET);
		await n8n.credentials.update(credential, { ...shown, previousSecret: next });
		for (const secret of [SECRET, next]) expect(await verdictFor(trigger, { [header]: secret })).toBe('200 accepted');
		await n8n.credentials.update(credential, { ...shown, secret: next, previousSecret: '' });
		expect(await verdictFor(trigger, { [header]: next })).toBe('200 accepted');
		expect(await verdictFor(trigger, { [header]: SECRET })).toBe('401 rejected');
	});

	test('a credential that was deleted lets nobody in', async () => {
		const credential = await n8n.credentials.create(CREDENTIAL[provider](SECRET));
		const trigger = await TriggerUnderTest.deploy(n8n, provider, { credential });
		await n8n.credentials.remove(credential);
		expect(await verdictFor(trigger, { [header]: SECRET })).toBe('401 rejected');
		expect(await verdictFor(trigger, {})).toBe('401 rejected');
	});

	test('authentication none lets everybody in', async () => {
		const trigger = await TriggerUnderTest.deploy(n8n, provider, {
			credential: false,
			parameters: { authentication: 'none' },
		});
		expect(await verdictFor(trigger, {})).toBe('200 accepted');
	});
});
