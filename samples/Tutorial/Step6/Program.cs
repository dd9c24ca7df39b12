using System.Security.Cryptography;
using Guess;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Hosting;
using Ropewalk.Policies;
using Step6;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
IConfiguration settings = builder.Configuration;
builder.WebHost.UseRopewalkEndpoint(settings["web"] ?? "tcp:127.0.0.1:7080");
builder.Services.AddSingleton(new GuessHandler(pickNumber: () => RandomNumberGenerator.GetInt32(1, 101)));
builder.Services.AddSingleton<MetricsPage>();
builder.Services.AddRopewalk()
    .Listen("guess", settings["guess"] ?? "tls:127.0.0.1:7000:dev", pipeline => pipeline
        .UseRateLimit(new ConnectionRate { PerMinute = 60, Burst = 20 })
        .UseLimits(new ConnectionLimits { Total = 1000, PerAddress = 3 })
        .UseMemoryBudget()
        .UseIdleTimeout(TimeSpan.FromMinutes(1))
        .Run(pipeline.ApplicationServices.GetRequiredService<GuessHandler>().OnConnectedAsync))
    .AddHealthCheck();

WebApplication app = builder.Build();
app.MapHealthChecks("/health");
app.MapGet("/metrics", (MetricsPage page) => page.Render());
app.Services.GetRequiredService<MetricsPage>();  // listens from the start
app.Run();
