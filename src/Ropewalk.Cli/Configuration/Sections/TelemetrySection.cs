using Ropewalk.Cli.Configuration.Formats;
using Ropewalk.Cli.Configuration.Schema;

namespace Ropewalk.Cli.Configuration.Sections;

/// <summary>Declares <c>telemetry:</c>.</summary>
internal static class TelemetrySection
{
    /// <summary>The collector's address.</summary>
    public static readonly Setting<string> OtlpEndpoint = new ScalarSetting<string>(
        "otlp-endpoint", new TextFormat("an http(s) address"), null!, "The OTLP collector that metrics and traces are sent to; `OTEL_EXPORTER_OTLP_ENDPOINT` does the same.")
    {
        Effect = TakesEffect.RestartsProcess,
    };

    /// <summary>How it is spoken to.</summary>
    public static readonly Setting<bool> OtlpHttp = new ScalarSetting<bool>(
        "otlp-http", new FlagFormat(), false, "Whether OTLP is spoken as protobuf over HTTP and not as gRPC.")
    {
        Effect = TakesEffect.RestartsProcess,
    };

    /// <summary>What is sent along, such as a token.</summary>
    public static readonly Setting<string> OtlpHeaders = new ScalarSetting<string>(
        "otlp-headers", new TextFormat("text"), null!, "Headers sent to the collector, `name=value,name=value`.")
    {
        Secret = true,
        Effect = TakesEffect.RestartsProcess,
    };

    /// <summary>The section.</summary>
    public static readonly SectionSchema Schema = new("telemetry", "Metrics and traces for an OpenTelemetry collector.", [OtlpEndpoint, OtlpHttp, OtlpHeaders])
    {
        Check = CheckEndpoint,
    };

    private static void CheckEndpoint(SectionValues values, ConfigurationProblems problems)
    {
        if (values.Get(OtlpEndpoint) is { } text && !(Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri.Scheme is ("http" or "https")))
        {
            problems.Add(values.OriginOf(OtlpEndpoint), OtlpEndpoint.Label(values.OriginOf(OtlpEndpoint)) + "an address such as http://127.0.0.1:4317 is expected");
        }
    }
}
