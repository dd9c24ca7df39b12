using System.Net;
using System.Net.Sockets;

namespace Ropewalk.Client;

/// <summary>Asks a resolver for both families.</summary>
internal static class NameLookup
{
    /// <summary>Resolves all addresses of a name, IPv6 first. One family's failure is overlooked where the other has an answer.</summary>
    public static async ValueTask<IReadOnlyList<IPAddress>> ResolveAllAsync(INameResolver resolver, string host, CancellationToken cancellationToken)
    {
        Task<IReadOnlyList<IPAddress>> v6 = resolver.ResolveAsync(host, AddressFamily.InterNetworkV6, cancellationToken).AsTask();
        Task<IReadOnlyList<IPAddress>> v4 = resolver.ResolveAsync(host, AddressFamily.InterNetwork, cancellationToken).AsTask();
        Task<IReadOnlyList<IPAddress>>[] both = [v6, v4];
        await ((Task)Task.WhenAll(both)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        IPAddress[] found = [.. both.Where(lookup => lookup.IsCompletedSuccessfully).SelectMany(lookup => lookup.Result)];
        return found.Length > 0 ? found : [.. await v6, .. await v4];
    }
}
