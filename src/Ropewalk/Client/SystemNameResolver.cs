using System.Net;
using System.Net.Sockets;
using Ropewalk.Blocking;
using Ropewalk.Diagnostics;
using Ropewalk.Endpoints;

namespace Ropewalk.Client;

/// <summary>
/// Resolves names as the system does: <c>/etc/hosts</c>, then its DNS servers. The system's call blocks, so it runs on threads of its own
/// (<see cref="BlockingPool"/>), and slow names never hold up files or loops.
/// </summary>
public sealed class SystemNameResolver : INameResolver
{
    // libuv gives getaddrinfo at most half of its pool of 4; a pool of its own may have all 4
    private const int Threads = 4;

    private readonly BlockingPool _work;

    /// <summary>Creates a resolver.</summary>
    /// <param name="work">Where lookups block; null for four threads of the resolver's own, started when needed.</param>
    public SystemNameResolver(BlockingPool? work = null) => _work = work ?? new BlockingPool("resolver", new BlockingPoolOptions { MaxThreads = Threads });

    /// <summary>Gets the resolver that is used where none is given.</summary>
    public static SystemNameResolver Shared { get; } = new();

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, AddressFamily family, CancellationToken cancellationToken = default)
    {
        try
        {
            return await _work.RunAsync(() => Lookup(host, family), cancellationToken);
        }
        catch (SocketException exception)
        {
            throw new EndpointException($"The name {host} could not be resolved: {exception.Message}", ErrorSide.Remote, exception);
        }
    }

    private static IPAddress[] Lookup(string host, AddressFamily family)
    {
        try
        {
            return Dns.GetHostAddresses(host, family);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData)
        {
            // no such name, or none of this family: an answer, not a failure
            return [];
        }
    }
}
