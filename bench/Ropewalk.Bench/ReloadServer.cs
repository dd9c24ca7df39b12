using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Ropewalk.Endpoints;
using Ropewalk.Hosting;

namespace Ropewalk.Bench;

/// <summary>Two services that are configured by <c>reload.conf</c> in a folder: an echo with a live setting and a certificate, and another one.</summary>
internal sealed class ReloadServer : IServiceSource
{
    private readonly BenchArguments _arguments;
    private readonly MarkKind _echo = new("echo", new SettingTable<MarkOptions>().Live("mark", options => options.Mark));
    private readonly MarkKind _other = new("other", new SettingTable<MarkOptions>().Restart("other", options => options.Other));

    private ReloadServer(BenchArguments arguments) => _arguments = arguments;

    public static async Task<IAsyncDisposable> StartAsync(BenchArguments arguments)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        EndpointContext transports = arguments.CreateContext();
        builder.Services.AddSingleton<IServiceSource>(new ReloadServer(arguments));
        builder.Services
            .AddRopewalk(options =>
            {
                options.ReloadOnSignal = true;
                options.ReloadOnChange = true;
                options.DrainTimeout = TimeSpan.FromSeconds(1);
            })
            .UseStreams(transports.StreamListeners, transports.StreamConnections);
        IHost host = builder.Build();
        await host.StartAsync();
        return new Running(host);
    }

    public async ValueTask<ServiceSet> LoadAsync(CancellationToken cancellationToken)
    {
        string file = Path.Combine(_arguments.Folder, "reload.conf");
        var options = new MarkOptions((byte)'?', "");
        var errors = new List<string>();
        string[] lines = await File.ReadAllLinesAsync(file, cancellationToken);
        for (int i = 0; i < lines.Length; i++)
        {
            string[] pair = lines[i].Split('=', 2);
            string? error = pair switch
            {
                ["mark", { Length: 1 }] => null,
                ["mark", _] => "mark is one character",
                ["other", { Length: > 0 }] => null,
                ["other", _] => "other is empty",
                _ => "not key=value",
            };
            options = error is not null ? options : pair[0] == "mark" ? options with { Mark = (byte)pair[1][0] } : options with { Other = pair[1] };
            errors.AddRange(error is null ? [] : [$"line {i + 1}: {error}"]);
        }

        EndpointSpec[] at =
        [
            EndpointSpec.Tcp("127.0.0.1", _arguments.Port),
            EndpointSpec.Parse($"tls:127.0.0.1:{_arguments.To}:cert={_arguments.Folder}/site.pem"),
        ];
        return new ServiceSet(
            [new ServiceDefinition("echo", _echo, options, at), new ServiceDefinition("other", _other, options, [EndpointSpec.Tcp("127.0.0.1", 0)])], errors, [file]);
    }

    private sealed record MarkOptions(byte Mark, string Other);

    private sealed class MarkKind(string name, SettingTable<MarkOptions> table) : ServiceKind<MarkOptions>(name, table)
    {
        protected override ValueTask<ServiceInstance> StartAsync(MarkOptions options, ServiceContext context, CancellationToken cancellationToken) => new(new Echo(options));
    }

    private sealed class Echo(MarkOptions options) : ServiceInstance
    {
        private const int LineBytes = 32;

        private volatile MarkOptions _live = options;

        public override ConnectionDelegate? GetConnections(EndpointSpec endpoint) => EchoAsync;

        public override void ApplyLive(object options) => _live = (MarkOptions)options;

        /// <summary>Sends each line of 32 bytes back, the mark before its end.</summary>
        private async Task EchoAsync(ConnectionContext connection)
        {
            PipeReader input = connection.Transport.Input;
            PipeWriter output = connection.Transport.Output;
            while (true)
            {
                ReadResult read = await input.ReadAtLeastAsync(LineBytes);
                if (read.Buffer.Length < LineBytes)
                {
                    return;
                }

                Mark(read.Buffer.Slice(0, LineBytes), output);
                input.AdvanceTo(read.Buffer.GetPosition(LineBytes));
                await output.FlushAsync();
            }
        }

        private void Mark(System.Buffers.ReadOnlySequence<byte> line, PipeWriter output)
        {
            Span<byte> answer = output.GetSpan(LineBytes)[..LineBytes];
            System.Buffers.BuffersExtensions.CopyTo(line, answer);
            answer[^2] = _live.Mark;
            output.Advance(LineBytes);
        }
    }

    private sealed class Running(IHost host) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await host.StopAsync();
            host.Dispose();
        }
    }
}
