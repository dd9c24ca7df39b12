using Microsoft.AspNetCore.Connections;
using Ropewalk.Endpoints;

namespace Guides.Tests.Pages;

public sealed class KnockEndpointScheme : IEndpointScheme
{
    public EndpointSyntax Syntax { get; } = new(
        "knock",
        EndpointShape.HostPort,
        [new EndpointKey("word", "the word to say") { IsSecret = true, IsRequired = true }]);

    public async ValueTask<EndpointListener> ListenAsync(EndpointSpec spec, EndpointContext context, CancellationToken cancellationToken) =>
        new(await context.ListenTcpAsync(spec, cancellationToken), next => new KnockFront(spec.Get("word")!, next).ServeAsync);

    public ValueTask<ConnectionContext> ConnectAsync(EndpointSpec spec, EndpointContext context, CancellationToken cancellationToken) =>
        context.ConnectTcpAsync(spec, cancellationToken);
}
