using System.Text.Json;
using Ropewalk.Diagnostics;
using Ropewalk.Transports;

namespace Ropewalk.Cli.Status;

/// <summary>Writes the status as JSON. Names are stable; new ones may be added. docs/command.md describes them.</summary>
internal static class StatusJson
{
    /// <summary>Writes it.</summary>
    public static byte[] Write(StatusView view)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            StatusSnapshot snapshot = view.Snapshot;
            json.WriteStartObject();
            json.WriteString("version", view.Version);
            json.WriteString("machine", view.Machine);
            json.WriteNumber("processId", view.ProcessId);
            json.WriteString("capturedAt", snapshot.CapturedAt);
            json.WriteString("state", Name(snapshot.State));
            json.WriteNumber("uptimeSeconds", Math.Round(snapshot.Uptime.TotalSeconds, 3));
            json.WriteNumber("workingSetBytes", view.WorkingSetBytes);
            json.WriteNumber("processorSeconds", Math.Round(view.ProcessorTime.TotalSeconds, 3));
            Totals(json, "totals", snapshot.Totals);
            json.WriteStartArray("services");
            foreach (ServiceStatus service in snapshot.Services)
            {
                Service(json, service);
            }

            json.WriteEndArray();
            Parts(json, view.Parts);
            Connections(json, view.Connections);
            Reload(json, snapshot.LastReload);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void Service(Utf8JsonWriter json, ServiceStatus service)
    {
        json.WriteStartObject();
        json.WriteString("name", service.Name);
        json.WriteString("kind", service.Kind);
        json.WriteString("state", Name(service.State));
        if (service.StartedAt is { } started)
        {
            json.WriteString("startedAt", started);
        }

        json.WriteString("error", service.Error);
        Totals(json, "totals", service.Totals);
        json.WriteStartArray("endpoints");
        foreach (EndpointStatus endpoint in service.Endpoints)
        {
            json.WriteStartObject();
            json.WriteString("endpoint", endpoint.Endpoint);
            json.WriteString("boundTo", endpoint.BoundTo);
            json.WriteString("state", Name(endpoint.State));
            json.WriteString("error", endpoint.Error);
            Totals(json, "totals", endpoint.Totals);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Totals(Utf8JsonWriter json, string name, TrafficTotals totals)
    {
        json.WriteStartObject(name);
        json.WriteNumber("open", totals.Live);
        json.WriteNumber("accepted", totals.Accepted);
        json.WriteNumber("receivedBytes", totals.ReceivedBytes);
        json.WriteNumber("sentBytes", totals.SentBytes);
        json.WriteNumber("receivedDatagrams", totals.ReceivedDatagrams);
        json.WriteNumber("sentDatagrams", totals.SentDatagrams);
        json.WriteNumber("droppedDatagrams", totals.DroppedDatagrams);
        json.WriteNumber("acceptErrors", totals.AcceptErrors);
        json.WriteNumber("refused", totals.Refused);
        json.WriteNumber("limitHits", totals.LimitHits);
        json.WriteNumber("failures", totals.Failures);
        json.WriteStartObject("ended");
        foreach ((ConnectionEndReason reason, long count) in totals.Ended.OrderBy(e => e.Key))
        {
            json.WriteNumber(JsonNamingPolicy.CamelCase.ConvertName(reason.ToString()), count);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Parts(Utf8JsonWriter json, IReadOnlyList<StatusPartView> parts)
    {
        json.WriteStartArray("parts");
        foreach (StatusPartView part in parts)
        {
            json.WriteStartObject();
            json.WriteString("service", part.Service);
            json.WriteStartObject("figures");
            foreach (StatusFigure figure in part.Figures)
            {
                json.WriteNumber(figure.Name, figure.Value);
            }

            json.WriteEndObject();
            json.WriteStartObject("tables");
            foreach (StatusTable table in part.Tables)
            {
                Table(json, table);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Table(Utf8JsonWriter json, StatusTable table)
    {
        json.WriteStartArray(table.Name);
        foreach (StatusRow row in table.Rows)
        {
            json.WriteStartObject();
            json.WriteString(table.Columns[0].Name, row.Text);
            for (int i = 0; i < row.Numbers.Count; i++)
            {
                json.WriteNumber(table.Columns[i + 1].Name, row.Numbers[i]);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Connections(Utf8JsonWriter json, IReadOnlyList<ConnectionStatus> connections)
    {
        json.WriteStartArray("connections");
        foreach (ConnectionStatus connection in connections)
        {
            json.WriteStartObject();
            json.WriteString("id", connection.Id);
            json.WriteString("service", connection.Service);
            json.WriteString("endpoint", connection.Endpoint);
            json.WriteString("remote", connection.Remote);
            json.WriteNumber("ageSeconds", Math.Round(connection.Age.TotalSeconds, 3));
            json.WriteNumber("receivedBytes", connection.ReceivedBytes);
            json.WriteNumber("sentBytes", connection.SentBytes);
            json.WriteNumber("bufferedBytes", connection.BufferedBytes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Reload(Utf8JsonWriter json, ReloadStatus? reload)
    {
        if (reload is null)
        {
            json.WriteNull("lastReload");
            return;
        }

        json.WriteStartObject("lastReload");
        json.WriteString("at", reload.At);
        json.WriteBoolean("succeeded", reload.Succeeded);
        json.WriteStartArray("lines");
        foreach (string line in reload.Lines)
        {
            json.WriteStringValue(line);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Name(ServiceState state) => state.ToString().ToLowerInvariant();
}
