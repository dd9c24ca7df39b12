using System.Net;
using System.Net.Sockets;
using Ropewalk.Client;
using Ropewalk.Diagnostics;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Endpoints;

namespace Ropewalk.Dns.Client;

/// <summary>Resolves the engine's names with a <see cref="DnsClient"/>: a hosts file first, then A or AAAA with the search list. No thread blocks, as in the system's resolver.</summary>
/// <param name="client">Who asks. Its own servers must be addresses, or be resolved by another resolver.</param>
/// <param name="hosts">The hosts file; null for none.</param>
public sealed class DnsNameResolver(DnsClient client, HostsFile? hosts = null) : INameResolver
{
    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, AddressFamily family, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(host);
        await CallerContext.Detach();
        // A hosts file that has the host says all there is of it, as in the system's resolver.
        if (HostsFile.FindLocal(hosts, host) is { Count: > 0 } listed)
        {
            return [.. listed.Where(address => address.AddressFamily == family)];
        }

        try
        {
            return family == AddressFamily.InterNetwork
                ? Addresses(host, await client.ResolveAsync<ARecord>(host, cancellationToken: cancellationToken), record => record.Address)
                : Addresses(host, await client.ResolveAsync<AaaaRecord>(host, cancellationToken: cancellationToken), record => record.Address);
        }
        catch (Exception e) when (e is DnsQueryException or FormatException)
        {
            throw new EndpointException($"The name {host} could not be resolved: {e.Message}", e is FormatException ? ErrorSide.Local : ErrorSide.Remote, e);
        }
    }

    private static List<IPAddress> Addresses<TRecord>(string host, DnsAnswer<TRecord> answer, Func<TRecord, IPAddress> address)
        where TRecord : Rdata =>
        answer.Outcome is DnsOutcome.Failed or DnsOutcome.AliasesEndless
            ? throw new EndpointException($"The name {host} could not be resolved: {(answer.Outcome == DnsOutcome.Failed ? answer.Message.ResponseCode.Mnemonic() : "its aliases have no end")}.", ErrorSide.Remote)
            : [.. answer.Records.Select(address)];
}
