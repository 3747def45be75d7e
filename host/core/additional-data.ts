import type { ICredentialDataDecryptedObject, IWorkflowExecuteAdditionalData } from 'n8n-workflow';
import { ICredentialsHelper } from 'n8n-workflow';

import type { Core } from './core';

export type Own = Pick<IWorkflowExecuteAdditionalData, 'httpRequest' | 'httpResponse' | 'executionId'>;

function notHere(): never {
	throw new Error('Only a whole n8n has this.');
}

/** Knows one credential, as if n8n had decrypted it. */
class OneCredential extends ICredentialsHelper {
	constructor(private readonly credential: ICredentialDataDecryptedObject | Error = {}) {
		super();
	}

	async getDecrypted(): Promise<ICredentialDataDecryptedObject> {
		if (this.credential instanceof Error) throw this.credential;
		return this.credential;
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

/** What n8n gives to a node's contexts beside the workflow: of all that, a trigger needs the credential. */
export function additionalDataWith(
	core: Core,
	credential: ICredentialDataDecryptedObject | Error | undefined,
	own: Own,
): IWorkflowExecuteAdditionalData {
	return {
		credentialsHelper: new OneCredential(credential),
		externalSecretsProxy: new core.ExternalSecretsProxy(),
		variables: {},
		currentNodeExecutionIndex: 0,
		...{ restApiUrl: '', instanceBaseUrl: '', formBaseUrl: '', formWaitingBaseUrl: '', formTestBaseUrl: '' },
		...{ webhookBaseUrl: '', webhookWaitingBaseUrl: '', webhookTestBaseUrl: '', mcpBaseUrl: '', mcpTestBaseUrl: '' },
		executeWorkflow: notHere,
		getRunExecutionData: notHere,
		getRuntimeCredential: notHere,
		logAiEvent: notHere,
		startRunnerTask: notHere,
		...own,
	};
}
