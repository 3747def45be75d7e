import type {
	ICredentialDataDecryptedObject,
	INodeCredentialsDetails,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import { ICredentialsHelper } from 'n8n-workflow';

import type { Core } from './core';

export type Own = Pick<IWorkflowExecuteAdditionalData, 'httpRequest' | 'httpResponse' | 'executionId'>;

function notHere(): never {
	throw new Error('Only a whole n8n has this.');
}

/** The credentials of a node by their type, as if n8n had decrypted them. */
export type Credentials = Readonly<Record<string, ICredentialDataDecryptedObject | Error>>;

class KnownCredentials extends ICredentialsHelper {
	constructor(private readonly credentials: Credentials) {
		super();
	}

	async getDecrypted(
		_additionalData: IWorkflowExecuteAdditionalData,
		_details: INodeCredentialsDetails,
		type: string,
	): Promise<ICredentialDataDecryptedObject> {
		const credential = this.credentials[type] ?? {};
		if (credential instanceof Error) throw credential;
		return credential;
	}

	isCredentialUsableByNode = () => true;
	getParentTypes = () => [];
	authenticate = notHere;
	preAuthentication = notHere;
	runPreAuthentication = notHere;
	getCredentials = notHere;
	updateCredentials = notHere;
	updateCredentialsOauthTokenData = notHere;
	getCredentialsProperties = notHere;
}

/** What n8n gives to a node's contexts beside the workflow: of all that, a trigger needs the credentials. */
export function additionalDataWith(core: Core, credentials: Credentials, own: Own): IWorkflowExecuteAdditionalData {
	return {
		credentialsHelper: new KnownCredentials(credentials),
		externalSecretsProxy: new core.ExternalSecretsProxy(),
		variables: {},
		currentNodeExecutionIndex: 0,
		...{
			restApiUrl: '',
			instanceBaseUrl: '',
			formBaseUrl: '',
			formWaitingBaseUrl: 'http://n8n.test/form-waiting',
			formTestBaseUrl: '',
		},
		...{
			webhookBaseUrl: '',
			webhookWaitingBaseUrl: 'http://n8n.test/webhook-waiting',
			webhookTestBaseUrl: '',
			mcpBaseUrl: '',
			mcpTestBaseUrl: '',
		},
		executeWorkflow: notHere,
		getRunExecutionData: notHere,
		getRuntimeCredential: notHere,
		logAiEvent: notHere,
		startRunnerTask: notHere,
		...own,
	};
}
