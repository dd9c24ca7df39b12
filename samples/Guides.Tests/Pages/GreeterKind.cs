using Ropewalk.Hosting;

namespace Guides.Tests.Pages;

public sealed class GreeterKind() : ServiceKind<GreeterOptions>("greeter", new SettingTable<GreeterOptions>()
    .Live("idle-timeout", options => options.IdleTimeout)
    .NewConnections("greeting", options => options.Greeting)
    .Restart("workers", options => options.Workers))
{
    protected override IEnumerable<string> Validate(GreeterOptions options)
    {
        if (options.Workers < 1)
        {
            yield return "workers must be at least 1";
        }
    }

    protected override ValueTask<ServiceInstance> StartAsync(GreeterOptions options, ServiceContext context, CancellationToken cancellationToken)
        => new(new Greeter(options));
}
