using System.Net;
using Microsoft.AspNetCore.Http;

namespace Ropewalk.Cli.Status;

/// <summary>
/// Decides which names the status page answers to. A web site elsewhere can have its own name resolve to 127.0.0.1 and so read a page that only this
/// machine should see (DNS rebinding); its name then stands in the <c>Host</c> header. An address cannot be rebound.
/// </summary>
internal static class HostNames
{
    /// <summary>Tells whether a name is answered.</summary>
    public static bool Allows(HostString host, IReadOnlyList<string> further)
    {
        string name = host.Host.TrimStart('[').TrimEnd(']', '.');
        return name.Length == 0
            || name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || IPAddress.TryParse(name, out _)
            || further.Contains(name, StringComparer.OrdinalIgnoreCase);
    }
}
