import type { TokenWithSecret as CreatedToken, ManageTokens } from '../../../../../application/token/manage-tokens.ts';
import type { TokenView } from '../../../../../application/token/token-view.ts';
import { ETAG, empty, json, LOCATION, ok, problems, REPLAYED, withScope } from '../../openapi/responses.ts';
import type { Options, Routes } from '../../openapi/routes.ts';
import { IdParams, Type } from '../../openapi/schema.ts';
import { acceptedVersions, setVersion } from '../../request/conditions.ts';
import { answerToChange, idempotencyOf, sendAnswer } from '../../request/idempotency.ts';
import { presentToken } from './presenter.ts';
import { NewToken, Token, TokenChange, TokenRotation, TokenWithSecret } from './schemas.ts';

export type TokenUseCases = Readonly<{ manageTokens: ManageTokens }>;

const tags = ['tokens'];
const security = withScope('tokens:write');
/** API tokens. */
export const tokenRoutes: Routes<Options<TokenUseCases>> = async (app, { useCases, guard }) => {
  const { manageTokens } = useCases;
  app.post(
    '/tokens',
    {
      config: { idempotencyKey: 'rejected' },
      schema: {
        operationId: 'createToken',
        summary: 'Create an API token',
        description:
          'The response shows the token this once. It belongs to the caller, is allowed no more than the caller, and ends with the account. Not every scope is allowed in a token. At most 100 are live for each owner.',
        tags,
        security,
        body: json(NewToken),
        response: {
          201: ok('The token', TokenWithSecret, LOCATION),
          ...problems(
            'token.invalid',
            'token.scope-too-wide',
            'token.too-many',
            'user.not-found',
            'access.step-up-required',
          ),
        },
      },
    },
    async (request, reply) => {
      const { caller, client } = await guard.authenticate(request);
      const { expires_in_days: expiresInDays, ...rest } = request.body;
      const input = { ...rest, expiresInDays };
      const created = await manageTokens.create({ caller, input, client });
      return reply.code(201).header('location', `/tokens/${created.token.id}`).send(presentWithSecret(created));
    },
  );

  app.get(
    '/tokens',
    {
      schema: {
        operationId: 'listTokens',
        summary: 'List the API tokens',
        description: 'The newest first, also those of other people. Expired ones for 30 more days.',
        tags,
        security,
        response: {
          200: ok('All tokens', Type.Array(Token)),
        },
      },
    },
    async (request) => {
      const { caller } = await guard.authenticate(request);
      return (await manageTokens.list({ caller })).map(presentToken);
    },
  );

  app.get(
    '/tokens/:id',
    {
      schema: {
        operationId: 'readToken',
        summary: 'Get an API token',
        tags,
        security,
        params: IdParams,
        response: {
          200: ok('The token', Token, ETAG),
          ...problems('token.not-found'),
        },
      },
    },
    async (request, reply) => {
      const { caller } = await guard.authenticate(request);
      const token = await manageTokens.read({ caller, tokenId: request.params.id });
      return setVersion(reply, token).send(presentToken(token));
    },
  );

  app.patch(
    '/tokens/:id',
    {
      config: { takesIfMatch: true, idempotencyKey: 'taken' },
      schema: {
        operationId: 'updateToken',
        summary: 'Change the name or the networks of an API token',
        tags,
        security,
        params: IdParams,
        body: json(TokenChange),
        response: {
          200: ok('The changed token', Token, { ...ETAG, ...REPLAYED }),
          ...problems(
            'token.not-found',
            'token.invalid',
            'token.scope-too-wide',
            'token.stale',
            'user.not-found',
            'access.step-up-required',
          ),
        },
      },
    },
    async (request, reply) => {
      const { caller, client } = await guard.authenticate(request);
      const token = await manageTokens.change({
        caller,
        tokenId: request.params.id,
        change: request.body,
        acceptedVersions: acceptedVersions(request),
        idempotency: idempotencyOf(request, caller, changedToken),
        client,
      });
      return sendAnswer(reply, changedToken(token));
    },
  );

  app.post(
    '/tokens/:id/rotate',
    {
      config: { idempotencyKey: 'rejected' },
      schema: {
        operationId: 'rotateToken',
        summary: 'Replace an API token by a new one',
        description:
          'Id, name, scopes, products and networks stay, and the lifetime starts over. The old token stays valid for the overlap, at most until its own end. A second rotation within the overlap ends it at once.',
        tags,
        security,
        params: IdParams,
        body: json(TokenRotation),
        response: {
          200: ok('The new token', TokenWithSecret),
          ...problems(
            'token.not-found',
            'token.invalid',
            'token.stale',
            'token.too-many',
            'user.not-found',
            'access.step-up-required',
          ),
        },
      },
    },
    async (request) => {
      const { caller, client } = await guard.authenticate(request);
      const overlapS = request.body?.overlap_s;
      return presentWithSecret(await manageTokens.rotate({ caller, tokenId: request.params.id, overlapS, client }));
    },
  );

  app.delete(
    '/tokens/:id',
    {
      config: { takesIfMatch: true },
      schema: {
        operationId: 'revokeToken',
        summary: 'Revoke an API token',
        description: 'Holds from the next request on.',
        tags,
        security,
        params: IdParams,
        response: {
          204: empty('Revoked'),
          ...problems('token.not-found', 'user.not-found', 'access.step-up-required'),
        },
      },
    },
    async (request, reply) => {
      const { caller, client } = await guard.authenticate(request);
      const tokenId = request.params.id;
      await manageTokens.revoke({ caller, tokenId, acceptedVersions: acceptedVersions(request), client });
      return reply.code(204).send();
    },
  );
};

const presentWithSecret = ({ token, secret }: CreatedToken) => ({ ...presentToken(token), token: secret.reveal() });

const changedToken = answerToChange<TokenView>(presentToken);
