using OpenTelemetrySdk = OpenTelemetry.Sdk;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Ropewalk.Cli.Commands;
using Ropewalk.Cli.Configuration;
using Ropewalk.Cli.Configuration.Schema;
using Ropewalk.Cli.Configuration.Sections;
using Ropewalk.Diagnostics;

namespace Ropewalk.Cli.Telemetry;

/// <summary>Sends metrics and traces to an OTLP collector. The libraries for it are loaded only if there is one.</summary>
internal sealed class OtlpExport : IDisposable
{
    private readonly MeterProvider _meters;
    private readonly TracerProvider _traces;

    private OtlpExport(MeterProvider meters, TracerProvider traces)
    {
        _meters = meters;
        _traces = traces;
    }

    /// <summary>Starts it if the configuration or <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says where to.</summary>
    public static IDisposable? Start(EffectiveConfiguration configuration, IReadOnlyDictionary<string, string> environment)
    {
        SectionValues telemetry = configuration.One(TelemetrySection.Schema);
        string? endpoint = telemetry.Get(TelemetrySection.OtlpEndpoint);
        return endpoint is not null || environment.GetValueOrDefault("OTEL_EXPORTER_OTLP_ENDPOINT") is { Length: > 0 } ? Start(telemetry, endpoint) : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // a collector that does not answer shall not hold up the end of the process
        _meters.Shutdown(2000);
        _traces.Shutdown(2000);
        _meters.Dispose();
        _traces.Dispose();
    }

    private static OtlpExport Start(SectionValues telemetry, string? endpoint)
    {
        ResourceBuilder resource = ResourceBuilder.CreateDefault().AddService("ropewalk", serviceVersion: VersionLine.Version);
        MeterProvider meters = OpenTelemetrySdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter(RopewalkDiagnostics.MeterName, "System.Runtime")
            .AddOtlpExporter(options => Configure(options, telemetry, endpoint, "v1/metrics"))
            .Build();
        TracerProvider traces = OpenTelemetrySdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .AddSource(RopewalkDiagnostics.ActivitySourceName)
            .AddOtlpExporter(options => Configure(options, telemetry, endpoint, "v1/traces"))
            .Build();
        return new OtlpExport(meters, traces);
    }

    private static void Configure(OtlpExporterOptions options, SectionValues telemetry, string? endpoint, string path)
    {
        // what the file does not say is left to the exporter's own variables
        if (endpoint is not null)
        {
            bool http = telemetry.Get(TelemetrySection.OtlpHttp);
            options.Protocol = http ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
            options.Endpoint = http ? new Uri($"{endpoint.TrimEnd('/')}/{path}") : new Uri(endpoint);
        }

        if (telemetry.Get(TelemetrySection.OtlpHeaders) is { } headers)
        {
            options.Headers = headers;
        }
    }
}
