using System.Net;
using System.Net.Sockets;

namespace Ropewalk.Client;

/// <summary>Resolves host names to addresses. The system's resolver is the default; a test, a simulation or a DNS strand brings its own.</summary>
public interface INameResolver
{
    /// <summary>Resolves the addresses of one family.</summary>
    /// <param name="host">A name, never an address.</param>
    /// <param name="family"><see cref="AddressFamily.InterNetwork"/> for A, <see cref="AddressFamily.InterNetworkV6"/> for AAAA.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The addresses in the resolver's order; empty where the name has none of this family.</returns>
    /// <exception cref="Endpoints.EndpointException">The name could not be resolved: no answer, a failure of the server.</exception>
    ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, AddressFamily family, CancellationToken cancellationToken = default);
}
