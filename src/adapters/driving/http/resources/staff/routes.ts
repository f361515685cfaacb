import type { DescribeCaller } from '../../../../../application/staff/describe-caller.ts';
import type { ManageStaff } from '../../../../../application/staff/manage-staff.ts';
import { Instant } from '../../../../../domain/shared/instant.ts';
import { AS_USER, empty, json, ok, problems, withScope } from '../../openapi/responses.ts';
import type { Options, Routes } from '../../openapi/routes.ts';
import { Type } from '../../openapi/schema.ts';
import { presentStaff } from './presenter.ts';
import { Me, RoleChange, StaffMember, StaffParams } from './schemas.ts';

export type StaffUseCases = Readonly<{ manageStaff: ManageStaff; describeCaller: DescribeCaller }>;

const tags = ['staff'];

/** People with a role, and the access of the caller. */
export const staffRoutes: Routes<Options<StaffUseCases>> = async (app, { useCases, guard }) => {
  const { manageStaff, describeCaller } = useCases;
  app.get(
    '/staff',
    {
      schema: {
        operationId: 'listStaff',
        summary: 'List the people with a role',
        tags,
        security: withScope('staff:write'),
        response: {
          200: ok('All people with a role', Type.Array(StaffMember)),
        },
      },
    },
    async (request) => {
      const { caller } = await guard.authenticate(request);
      return (await manageStaff.list({ caller })).map(presentStaff);
    },
  );

  app.put(
    '/staff/:user_id',
    {
      schema: {
        operationId: 'putStaff',
        summary: 'Give a role to a user',
        description:
          'Holds from the next request on. A role that is given or raised ends the sessions of the user. Where the address is not confirmed, it also removes the password, and an invitation by email follows, with a reset token of 10 minutes.',
        tags,
        security: withScope('staff:write'),
        params: StaffParams,
        body: json(RoleChange),
        response: {
          200: ok('The person with the role', StaffMember),
          ...problems('user.not-found', 'user.stale', 'staff.last-admin', 'access.step-up-required'),
        },
      },
    },
    async (request) => {
      const { caller, client } = await guard.authenticate(request);
      const { user_id: userId } = request.params;
      const { role } = request.body;
      return presentStaff(await manageStaff.put({ caller, userId, role, client }));
    },
  );

  app.delete(
    '/staff/:user_id',
    {
      schema: {
        operationId: 'removeStaff',
        summary: 'Remove the role of a user',
        description: 'Holds from the next request on. The account stays.',
        tags,
        security: withScope('staff:write'),
        params: StaffParams,
        response: {
          204: empty('Removed'),
          ...problems('user.not-found', 'user.stale', 'staff.not-found', 'staff.last-admin', 'access.step-up-required'),
        },
      },
    },
    async (request, reply) => {
      const { caller, client } = await guard.authenticate(request);
      await manageStaff.remove({ caller, userId: request.params.user_id, client });
      return reply.code(204).send();
    },
  );

  app.get(
    '/me',
    {
      schema: {
        operationId: 'readCaller',
        summary: 'Get the kind, the user and the scopes of the caller',
        tags,
        security: AS_USER,
        response: { 200: ok('The caller', Me), ...problems('access.unauthenticated') },
      },
    },
    async (request) => {
      const { caller } = await guard.authenticate(request);
      const { kind, user, role, scopes, products, mfa, elevatedUntil } = await describeCaller.execute({ caller });
      return {
        kind: kind as 'root' | 'staff' | 'token' | 'person',
        ...(user === undefined ? {} : { user: { id: user.id, email: user.email, name: user.name } }),
        ...(role === undefined ? {} : { role }),
        scopes: [...scopes],
        ...(products === undefined ? {} : { products: [...products] }),
        ...(mfa === undefined ? {} : { mfa }),
        ...(elevatedUntil === undefined ? {} : { elevated_until: Instant.format(elevatedUntil) }),
      };
    },
  );
};
