namespace Ropewalk.Security.Sasl.Session;

/// <summary>The client's side of one SASL conversation, without I/O. Made by <see cref="SaslClient"/>.</summary>
/// <remarks>
/// In all mechanisms here the client speaks first: its first response answers an empty challenge, which a protocol with initial responses
/// does not send. A server's word that the conversation succeeded counts only when <see cref="TryComplete"/> agrees.
/// </remarks>
public abstract class SaslClientMechanism
{
    private protected SaslClientMechanism()
    {
    }

    /// <summary>Gets the mechanism's name.</summary>
    public abstract string Name { get; }

    /// <summary>Gets why the conversation failed; null while it has not.</summary>
    public SaslFailure? Failure { get; private set; }

    /// <summary>Answers a challenge.</summary>
    /// <param name="challenge">The challenge; empty for the first response.</param>
    /// <param name="response">What to send; it may be empty.</param>
    /// <returns>False if the conversation has failed: abort it in the protocol's own words.</returns>
    /// <remarks>In SCRAM the answer to the server's challenge hashes as often as the server asks: <see cref="SaslClient.RespondAsync"/> does it off the loops.</remarks>
    public bool TryRespond(ReadOnlySpan<byte> challenge, out byte[] response)
    {
        response = [];
        if (Failure is null)
        {
            Failure = Respond(challenge, out response);
        }

        if (Failure is not null)
        {
            response = [];
        }

        return Failure is null;
    }

    /// <summary>Takes the server's word that the conversation succeeded.</summary>
    /// <param name="final">What came with it; empty if nothing did.</param>
    /// <returns>False if it has not: the server is not to be trusted with anything.</returns>
    public bool TryComplete(ReadOnlySpan<byte> final = default)
    {
        Failure ??= Complete(final);
        return Failure is null;
    }

    /// <summary>Shows the mechanism, no secret.</summary>
    public sealed override string ToString() => $"{Name}{(Failure is { } failure ? $", failed: {failure}" : "")}";

    private protected abstract SaslFailure? Respond(ReadOnlySpan<byte> challenge, out byte[] response);

    private protected abstract SaslFailure? Complete(ReadOnlySpan<byte> final);
}
