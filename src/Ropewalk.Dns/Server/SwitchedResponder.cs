using Ropewalk.Dns.Session;

namespace Ropewalk.Dns.Server;

/// <summary>Gives each message to the responder that is in force: what is being answered goes on with the one that it began with.</summary>
internal sealed class SwitchedResponder(QueryResponder inner) : IOwnerResponder
{
    private volatile QueryResponder _inner = inner;

    /// <summary>Gets or sets the responder.</summary>
    public QueryResponder Inner
    {
        get => _inner;
        set => _inner = value;
    }

    /// <inheritdoc/>
    public int Respond(ReadOnlySpan<byte> message, in MessageOrigin origin, Span<byte> response) => _inner.Respond(message, origin, response);

    /// <inheritdoc/>
    public int Respond(ReadOnlySpan<byte> message, in MessageOrigin origin, Span<byte> response, out int sharedBytes) => ((IOwnerResponder)_inner).Respond(message, origin, response, out sharedBytes);
}
