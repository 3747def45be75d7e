import { Trigger } from '../../../host/core';
import { CallsApi, failures } from '../../../host/simulators';
import { CallScalerTrigger } from '../../../nodes/CallScaler/CallScalerTrigger.node';
import { logged, noteTheLog } from './scene';

noteTheLog();

let api: CallsApi;

beforeEach(async () => {
	api = await CallsApi.open();
});
afterEach(async () => await api.close());

const trigger = (credential: object = {}) =>
	new Trigger({
		nodeType: new CallScalerTrigger(),
		parameters: { catchUp: true },
		credentials: { callScalerApi: { apiKey: api.apiKey, baseUrl: api.baseUrl(), ...credential } },
	});

async function press(change: object = {}) {
	const data = { apiKey: api.apiKey, baseUrl: api.baseUrl(), ...change };
	const result = await trigger().testCredential('callScalerApiTest', data);
	expect(JSON.stringify([result, logged])).not.toContain(api.apiKey);
	return result;
}

describe('the Test button', () => {
	it('really asks the API', async () => {
		api.business.callFlow('Google Ads');
		expect(await press()).toEqual({ status: 'OK', message: 'CallScaler accepts this key and tells of 1 call flow.' });
		expect(await press({ baseUrl: ` ${api.baseUrl('localhost')}// ` })).toMatchObject({ status: 'OK' });
	});

	it.each([
		[{ apiKey: 'cs_key_wrong' }, 'CallScaler refuses the API key (status 401)'],
		[{ apiKey: ' ' }, 'has no API key'],
		[{ baseUrl: 'http://127.0.0.1:1/api/v1' }, 'cannot be reached (ECONNREFUSED)'],
		[{ baseUrl: 'https://no-such-host.invalid/' }, 'cannot be reached ('],
		[{ baseUrl: 'http://callscaler.com/api/v1' }, 'must begin with https://'],
		[{ baseUrl: 'https://callscaler.com/api/v1#' }, 'must begin with https://'],
		[{ baseUrl: 'https://callscaler.com/api/v1?' }, 'must begin with https://'],
		[{ baseUrl: 'https://callscaler.com/?x' }, 'must begin with https://'],
		[{ baseUrl: 'https://callscaler.com\\x' }, 'must begin with https://'],
		[{ baseUrl: 'https://callscaler.com/a b' }, 'must begin with https://'],
		[{ baseUrl: 'https://name@callscaler.com' }, 'must begin with https://'],
		[{ baseUrl: 'https://:password@callscaler.com' }, 'must begin with https://'],
	])('says what is wrong with %j', async (change, text) => {
		expect(await press(change)).toEqual({ status: 'Error', message: expect.stringContaining(text) });
	});

	it('says so where there is no such address', async () => {
		const result = await press({ baseUrl: `${api.baseUrl()}/v2` });
		expect(result).toEqual({ status: 'Error', message: expect.stringContaining('status 404') });
	});

	it.each([
		[failures.redirectTo('http://localhost:1/'), 'which is not followed'],
		[failures.answerHtml, 'is no JSON'],
		[failures.limitRate(7), 'status 429'],
		[failures.refuse(500, 'no'), 'a problem of its own (status 500)'],
		[failures.hangUp, 'cannot be reached (ECONNRESET)'],
		[failures.breakOff, 'broke off'],
		[failures.answerEndless, 'more than 10 MB'],
	])('says what is wrong with what answers: %p', async (failure, text) => {
		api.fail(failure, '/call-flows');
		expect(await press()).toEqual({ status: 'Error', message: expect.stringContaining(text) });
	});
});

describe('the call flows to choose from', () => {
	it('are those of the API, by name', async () => {
		const [search, ads] = [api.business.callFlow('Search'), api.business.callFlow('Ads')];
		expect(await trigger().loadOptions('getCallFlows')).toEqual([
			{ name: 'Ads', value: ads.id },
			{ name: 'Search', value: search.id },
		]);
	});

	it('are all of them, however many pages they take', async () => {
		for (let each = 0; each < 120; each++) api.business.callFlow(`Flow ${each}`);
		expect(await trigger().loadOptions('getCallFlows')).toHaveLength(120);
		expect(await press()).toMatchObject({ message: 'CallScaler accepts this key and tells of 120 call flows.' });
	});

	it('are shown by their IDs where they have no name', async () => {
		const { id } = api.business.callFlow('');
		expect(await trigger().loadOptions('getCallFlows')).toEqual([{ name: id, value: id }]);
	});

	it('have names that are one line', async () => {
		api.business.callFlow('Ads\nSearch\u202e');
		expect(await trigger().loadOptions('getCallFlows')).toMatchObject([{ name: 'Ads Search ' }]);
	});

	it('say why there are none', async () => {
		const asked = trigger({ apiKey: 'cs_key_wrong' }).loadOptions('getCallFlows');
		await expect(asked).rejects.toThrow('CallScaler refuses the API key');
		// n8n has words of its own for this one.
		const unreachable = trigger({ baseUrl: 'http://127.0.0.1:1' }).loadOptions('getCallFlows');
		await expect(unreachable).rejects.toThrow('The service refused the connection');
		const unread = new Trigger({
			nodeType: new CallScalerTrigger(),
			parameters: { catchUp: true },
			credentials: { callScalerApi: new Error('Database is closed') },
		});
		await expect(unread.loadOptions('getCallFlows')).rejects.toThrow('could not read the CallScaler API credential');
	});
});
