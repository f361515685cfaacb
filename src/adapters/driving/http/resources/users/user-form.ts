import type { FastifyReply } from 'fastify';
import { DomainError } from '../../../../../domain/shared/domain-error.ts';

export const FORM = 'application/x-www-form-urlencoded';

/** The form's clients know two answers, word for word. */
export const answerForm = async (reply: FastifyReply, email: string, admit: () => Promise<{ id: string }>) => {
  try {
    const { id } = await admit();
    return reply.header('location', `/users/${id}`).send({ email, message: 'user created' });
  } catch (error) {
    if (!(error instanceof DomainError && error.code === 'user.email-taken')) throw error;
    return reply.code(400).send({ message: 'email already registered' });
  }
};
