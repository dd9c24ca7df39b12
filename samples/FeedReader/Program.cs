// Prints what is new in RSS 2.0 and Atom (RFC 4287) feeds. The second time only changed feeds are fetched: a conditional GET
// (RFC 9110 §13) with the ETag and the date that the server gave, kept in a file beside.
//
//   dotnet run --project samples/FeedReader -- state.tsv http://127.0.0.1:8080/feed.xml
using System.Net;
using System.Net.Http.Headers;
using System.Xml;

if (args.Length < 2)
{
    Console.Error.WriteLine("usage: FeedReader STATE-FILE URL…");
    return 2;
}

const int MaxFeedBytes = 8 * 1024 * 1024;
Dictionary<string, Validators> known = Load(args[0]);
using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(20), MaxResponseContentBufferSize = MaxFeedBytes };
int failures = 0;
foreach (string url in args.Skip(1))
{
    try
    {
        await ShowAsync(url);
    }
    catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException or XmlException or UriFormatException)
    {
        failures++;
        Console.Error.WriteLine($"{url}: {exception.Message}");
    }
}

Save(args[0], known);
return failures == 0 ? 0 : 1;

async Task ShowAsync(string url)
{
    using var request = new HttpRequestMessage(HttpMethod.Get, url);
    if (known.TryGetValue(url, out Validators? before))
    {
        if (EntityTagHeaderValue.TryParse(before.ETag, out EntityTagHeaderValue? tag))
        {
            request.Headers.IfNoneMatch.Add(tag);
        }

        request.Headers.IfModifiedSince = before.Modified;
    }

    using HttpResponseMessage response = await http.SendAsync(request);
    if (response.StatusCode == HttpStatusCode.NotModified)
    {
        Console.WriteLine($"{url}: unchanged");
        return;
    }

    response.EnsureSuccessStatusCode();
    await using Stream body = await response.Content.ReadAsStreamAsync();
    foreach ((string title, string link) in Entries(body))
    {
        Console.WriteLine($"{Printable(title)}\n  {Printable(link)}");
    }

    known[url] = new Validators(response.Headers.ETag?.ToString() ?? "", response.Content.Headers.LastModified);
}

// One pass, no tree. A document type is refused: entities are how feeds attack their readers.
static IEnumerable<(string Title, string Link)> Entries(Stream body)
{
    using XmlReader xml = XmlReader.Create(body, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, MaxCharactersInDocument = MaxFeedBytes });
    string title = "";
    string link = "";
    while (xml.Read())
    {
        if (xml.NodeType == XmlNodeType.EndElement && xml.LocalName is "item" or "entry")
        {
            yield return (title, link);
            (title, link) = ("", "");
        }
        else if (xml.NodeType == XmlNodeType.Element && xml.LocalName is "item" or "entry")
        {
            (title, link) = ("", "");
        }
        else if (xml.NodeType == XmlNodeType.Element && xml.LocalName == "title" && xml.Depth >= 2)
        {
            title = ReadText(xml);
        }
        else if (xml.NodeType == XmlNodeType.Element && xml.LocalName == "link" && xml.Depth >= 2)
        {
            link = xml.GetAttribute("href") ?? ReadText(xml);
        }
    }
}

// Reads up to the end tag and leaves the reader on it, so that the loop's next Read sees what follows.
static string ReadText(XmlReader xml)
{
    if (xml.IsEmptyElement)
    {
        return "";
    }

    int depth = xml.Depth;
    string text = "";
    while (xml.Read() && xml.Depth > depth)
    {
        if (xml.NodeType is XmlNodeType.Text or XmlNodeType.CDATA)
        {
            text += xml.Value;
        }
    }

    return text.Trim();
}

static string Printable(string text) => string.Concat(text.Select(static c => char.IsControl(c) ? ' ' : c));

static Dictionary<string, Validators> Load(string path) => !File.Exists(path)
    ? []
    : File.ReadLines(path)
        .Select(static line => line.Split('\t'))
        .Where(static fields => fields.Length == 3)
        .ToDictionary(
            static fields => fields[0],
            static fields => new Validators(fields[1], DateTimeOffset.TryParse(fields[2], null, out DateTimeOffset modified) ? modified : null));

static void Save(string path, Dictionary<string, Validators> known)
{
    string temporary = path + ".new";
    File.WriteAllLines(temporary, known.Select(static pair => $"{pair.Key}\t{pair.Value.ETag}\t{pair.Value.Modified:r}"));
    File.Move(temporary, path, overwrite: true);
}

internal sealed record Validators(string ETag, DateTimeOffset? Modified);
