import { CallScalerApi } from '../../credentials/CallScalerApi.credentials';
import { QCallApi } from '../../credentials/QCallApi.credentials';

const BASE = 'https://callscaler.com/api/v1';
const { authenticate } = new CallScalerApi();

const ask = async (url: string, baseUrl = BASE) =>
	await authenticate({ apiKey: ' cs_key_1 ', baseUrl }, { url, headers: { Accept: 'audio/mpeg' } });

it.each([
	[`${BASE}/calls/1/recording`, BASE],
	['https://CallScaler.com:443/api/v2/calls', ` ${BASE}/ `],
	['http://127.0.0.1:8080/calls', 'http://127.0.0.1:8080'],
	['http://localhost:8080/calls', 'http://localhost:8080'],
	['http://[::1]:8080/calls', 'http://[::1]:8080'],
])('a request to %s gets the key of %s', async (url, baseUrl) => {
	expect(await ask(url, baseUrl)).toEqual({
		url,
		headers: { Accept: 'audio/mpeg', Authorization: 'Bearer cs_key_1' },
	});
});

it('so does one in the older form, which the HTTP Request node has', async () => {
	const request = { url: '', uri: `${BASE}/calls` };
	expect(await authenticate({ apiKey: 'k', baseUrl: BASE }, request)).toMatchObject({
		headers: { Authorization: 'Bearer k' },
	});
});

it.each([
	['https://evil.example/api/v1/calls', BASE],
	['https://callscaler.com.evil.example/', BASE],
	['https://callscaler.com@evil.example/', BASE],
	['https://api.callscaler.com/', BASE],
	['http://callscaler.com/api/v1/calls', BASE],
	['https://callscaler.com:8443/api/v1/calls', BASE],
	['/api/v1/calls', BASE],
	['data:text/plain,', 'data:text/plain,'],
	['http://callscaler.com/api/v1/calls', 'http://callscaler.com/api/v1'],
	['ftp://127.0.0.1/', 'ftp://127.0.0.1/'],
	['', ''],
	[BASE, ''],
])('a request to %j gets no key of %j', async (url, baseUrl) => {
	await expect(ask(url, baseUrl)).rejects.toThrow(/^The API key of CallScaler goes to .* and nowhere else/);
});

it('nor does one whose older form leads elsewhere', async () => {
	const request = { url: BASE, uri: 'https://evil.example/' };
	await expect(authenticate({ apiKey: 'k', baseUrl: BASE }, request)).rejects.toThrow('nowhere else');
});

it("the key of QCall's API goes to its own host alone too, in a header of its own", async () => {
	const credential = { apiKey: ' qc_live_1 ', baseUrl: 'https://api.qcall.ai/api/v1' };
	const ofQCall = new QCallApi().authenticate;
	expect(await ofQCall(credential, { url: 'https://api.qcall.ai/api/v1/user/listAssistant' })).toMatchObject({
		headers: { 'x-api-key': 'qc_live_1' },
	});
	await expect(ofQCall(credential, { url: 'https://evil.example/api/v1' })).rejects.toThrow(
		'The API key of QCall goes to https://api.qcall.ai and nowhere else',
	);
});
