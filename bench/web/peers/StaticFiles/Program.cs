// The peer of bench/web: ASP.NET's own static files, as its documentation writes them, without logs. StaticFiles FOLDER PORT
using Microsoft.Extensions.FileProviders;

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseUrls($"http://127.0.0.1:{args[1]}");
WebApplication app = builder.Build();
app.UseStaticFiles(new StaticFileOptions { FileProvider = new PhysicalFileProvider(args[0]) });
app.Run();
