using System.Net;

namespace Ropewalk.Endpoints.ProxyProtocol.Wire;

/// <summary>A PROXY protocol header: the addresses of a connection that somebody relays.</summary>
/// <param name="Version">1 (a line of text) or 2 (binary).</param>
/// <param name="Command">On whose behalf it stands.</param>
/// <param name="Source">Where the connection comes from: an <c>IPEndPoint</c> or a <c>UnixDomainSocketEndPoint</c>; null where it is not told.</param>
/// <param name="Destination">Where it was made to; null where it is not told.</param>
public sealed record ProxyHeader(int Version, ProxyCommand Command, EndPoint? Source, EndPoint? Destination)
{
    /// <summary>Gets whether the relayed conversation is one of datagrams; version 2 can tell.</summary>
    public bool IsDatagram { get; init; }

    /// <summary>Gets the extensions, in their order; version 2 can have them.</summary>
    public IReadOnlyList<ProxyTlv> Extensions { get; init; } = [];

    /// <summary>Finds an extension's value, or null.</summary>
    public ReadOnlyMemory<byte>? FindExtension(ProxyTlvType type)
    {
        foreach (ProxyTlv extension in Extensions)
        {
            if (extension.Type == type)
            {
                return extension.Value;
            }
        }

        return null;
    }

    /// <summary>Compares all that the header says.</summary>
    public bool Equals(ProxyHeader? other) =>
        other is not null
        && Version == other.Version
        && Command == other.Command
        && IsDatagram == other.IsDatagram
        && Equals(Source, other.Source)
        && Equals(Destination, other.Destination)
        && Extensions.SequenceEqual(other.Extensions);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Version, Command, IsDatagram, Source, Destination, Extensions.Count);
}
