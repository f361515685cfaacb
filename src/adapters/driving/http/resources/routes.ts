import type { FastifyInstance } from 'fastify';
import { describeRoute } from '../openapi/responses.ts';
import { closed, Type } from '../openapi/schema.ts';
import { type AuditUseCases, auditRoutes } from './audit/routes.ts';
import { type DeveloperPairUseCases, developerPairRoutes } from './developer-pairs/routes.ts';
import { type ActivationUseCases, activationRoutes } from './licenses/activation-routes.ts';
import { type LicenseUseCases, licenseRoutes } from './licenses/routes.ts';
import { type TransitionUseCases, transitionRoutes } from './licenses/transition-routes.ts';
import { type ValidationUseCases, validationRoutes } from './licenses/validation-routes.ts';
import { type SecondFactorUseCases, secondFactorRoutes } from './mfa/routes.ts';
import { type PasswordUseCases, passwordRoutes } from './passwords/routes.ts';
import { type SessionUseCases, sessionRoutes } from './sessions/routes.ts';
import { type StaffUseCases, staffRoutes } from './staff/routes.ts';
import { type SystemOptions, type SystemUseCases, systemRoutes } from './system/routes.ts';
import { type TokenUseCases, tokenRoutes } from './tokens/routes.ts';
import { type AccountUseCases, accountRoutes } from './users/account-routes.ts';
import { type ExportUseCases, exportRoutes } from './users/export-routes.ts';
import { type ImportUseCases, importRoutes } from './users/import-routes.ts';
import { type UserUseCases, userRoutes } from './users/routes.ts';

const NO_QUERY = Type.Object({}, closed);

/** The use cases of all routes. */
export type ResourceUseCases = SystemUseCases &
  AccountUseCases &
  SessionUseCases &
  SecondFactorUseCases &
  UserUseCases &
  ExportUseCases &
  StaffUseCases &
  AuditUseCases &
  TokenUseCases &
  ImportUseCases &
  LicenseUseCases &
  TransitionUseCases &
  ActivationUseCases &
  ValidationUseCases &
  PasswordUseCases &
  DeveloperPairUseCases;

/** Adds the routes of every resource. An unknown query parameter is an error, also where a route takes none. */
export const addResources = async (app: FastifyInstance, options: SystemOptions<ResourceUseCases>): Promise<void> => {
  app.addHook('onRoute', (route) => {
    const { schema, config } = route;
    if (schema?.operationId === undefined) return;
    schema.querystring ??= NO_QUERY;
    describeRoute(schema, route.method === 'GET' || route.method === 'HEAD', config ?? {});
  });
  await app.register(systemRoutes, options);
  await app.register(accountRoutes, options);
  await app.register(sessionRoutes, options);
  await app.register(secondFactorRoutes, options);
  await app.register(userRoutes, options);
  await app.register(exportRoutes, options);
  await app.register(staffRoutes, options);
  await app.register(auditRoutes, options);
  await app.register(tokenRoutes, options);
  await app.register(licenseRoutes, options);
  await app.register(transitionRoutes, options);
  await app.register(activationRoutes, options);
  await app.register(validationRoutes, options);
  await app.register(importRoutes, options);
  await app.register(passwordRoutes, options);
  await app.register(developerPairRoutes, options);
};
