using Ropewalk.Endpoints;

namespace Ropewalk.Hosting;

/// <summary>Finds the files that an endpoint string names: a change of one means that the endpoint's front should be made anew.</summary>
internal static class EndpointFiles
{
    private static readonly string[] Keys = ["cert", "key", "pfx", "certs", "ca"];

    public static IEnumerable<string> Of(EndpointSpec endpoint)
    {
        for (EndpointSpec? spec = endpoint; spec is not null; spec = spec.Inner)
        {
            foreach (string key in Keys)
            {
                if (spec.Get(key) is { Length: > 0 } path)
                {
                    yield return Path.GetFullPath(path);
                }
            }
        }
    }
}
