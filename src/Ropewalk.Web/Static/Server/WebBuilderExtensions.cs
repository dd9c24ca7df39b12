using Ropewalk.Endpoints;
using Ropewalk.Hosting;

namespace Ropewalk.Web.Static.Server;

/// <summary>Adds sites to a host.</summary>
public static class WebBuilderExtensions
{
    /// <summary>Serves a folder. Calling it again adds another site.</summary>
    /// <param name="builder">The host's Ropewalk.</param>
    /// <param name="name">The name in logs, metrics and on the status page.</param>
    /// <param name="options">What is served, and its bounds.</param>
    /// <param name="endpoints">Where: <c>tcp:127.0.0.1:8080</c>, <c>tls:8443:cert=site.pem</c>. They are read when the host starts.</param>
    /// <returns>The builder.</returns>
    public static RopewalkBuilder AddStaticSite(this RopewalkBuilder builder, string name, WebServiceOptions options, params string[] endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        return builder.AddService(name, WebServiceKind.Shared, options, [.. endpoints.Select(Complete)]);
    }

    // what cannot be parsed is told by the host, with all its other errors
    private static string Complete(string endpoint) =>
        EndpointSpec.TryParse(endpoint, null, out EndpointSpec? spec) ? WebEndpoints.Complete(spec).ToUnredactedString() : endpoint;
}
