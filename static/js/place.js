// Where a visit was made: only when the worker presses the button and the browser asks for consent; rounded to about a metre.
const box = document.querySelector("[data-place]");
if (box && "geolocation" in navigator) {
  box.hidden = false;
  const note = box.querySelector("[data-place-note]");
  const keep = (position) => {
    document.getElementById("id_latitude").value = position.coords.latitude.toFixed(5);
    document.getElementById("id_longitude").value = position.coords.longitude.toFixed(5);
    note.textContent = "已记录当前位置。";
  };
  const fail = () => (note.textContent = "没有取得位置，可以直接填写地点。");
  box.querySelector("[data-place-button]").addEventListener("click", () => {
    note.textContent = "正在取得位置……";
    navigator.geolocation.getCurrentPosition(keep, fail, { timeout: 15000, maximumAge: 60000 });
  });
}
