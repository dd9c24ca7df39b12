using System.Net;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Policies;

namespace Recipes;

/// <summary>An ASP.NET Core application with a line server beside its pages, on the same Kestrel: the handler and the policies are what they are elsewhere.</summary>
internal static class InKestrel
{
    public static async Task Main(string[] args)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPEndPoint.Parse(builder.Configuration["web"] ?? "127.0.0.1:7080"));
            kestrel.Listen(IPEndPoint.Parse(builder.Configuration["echo"] ?? "127.0.0.1:7000"), listen => listen
                .UseLimits(new ConnectionLimits { PerAddress = 10 })
                .UseIdleTimeout(TimeSpan.FromMinutes(1))
                .Run(EchoAsync));
        });

        WebApplication app = builder.Build();
        app.MapGet("/", () => "a page\n");
        await app.RunAsync();
    }

    private static Task EchoAsync(ConnectionContext connection) => connection.Transport.Input.CopyToAsync(connection.Transport.Output);
}
