using Ropewalk.Endpoints;

namespace Ropewalk.Security.Tls;

/// <summary>Looks at the certificates that endpoint strings name, without listening.</summary>
public static class TlsEndpoints
{
    /// <summary>Reads the certificates that an endpoint to listen on names, and those of the endpoints inside of it. <b>Call</b>: on a thread that may block.</summary>
    /// <param name="endpoint">The endpoint. The development certificate (<c>dev</c>) is not looked at: it is made when it is needed.</param>
    /// <returns>All that would keep it from being listened on, as far as certificates do; empty where nothing would.</returns>
    public static IReadOnlyList<string> FindErrors(EndpointSpec endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        List<string> errors = [];
        for (EndpointSpec? spec = endpoint; spec is not null; spec = spec.Inner)
        {
            if (spec.Scheme is not ("tls" or "wss") || spec.Has("dev"))
            {
                continue;
            }

            try
            {
                _ = TlsEndpointOptions.ForServer(spec, TimeProvider.System);
            }
            catch (EndpointException e)
            {
                errors.Add(e.Message);
            }
        }

        return errors;
    }
}
